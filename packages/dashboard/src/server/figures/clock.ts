/** Milliseconds since the epoch that never go back: the system's clock when the process began, and the monotonic one since. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now()
}

/** The whole second it is: seconds since the epoch. */
export function thisSecond(): number {
  return Math.floor(epochMs() / 1000)
}
