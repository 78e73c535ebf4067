export type { Calendar } from '../options/calendar-limit.ts'
export { calendar } from './calendar.ts'
export type { CalendarOptions, Weekday } from './options.ts'
