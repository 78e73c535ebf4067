/** Tells what lies before what: milliseconds that never run backwards. */
export type Clock = () => number

/** The machine's monotonic clock, which all its processes share. Its zero is of no meaning. */
export const machineClock: Clock = () => {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
