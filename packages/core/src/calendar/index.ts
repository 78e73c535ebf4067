export type { Calendar } from '../options/calendar.ts'
export { calendar } from './calendar.ts'
export type { CalendarOptions, Weekday } from './options.ts'
