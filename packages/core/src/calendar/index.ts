export { type Calendar, calendar } from './calendar.ts'
export type { CalendarOptions, Weekday } from './options.ts'
