export * from './check.ts'
export { parseDuration } from './duration.ts'
