/** A timer's handle. Node's can keep the process alive or not; other runtimes' need not. */
export type Timer = object & { ref?(): unknown; unref?(): unknown }

/** The core's needs of the runtime it runs in. */
export interface Runtime {
  /** Milliseconds of a monotonic clock. */
  now(): number
  setTimer(callback: () => void, ms: number): Timer
  clearTimer(timer: Timer): void
  /** Runs the callback before the present turn of the event loop ends. */
  microtask(callback: () => void): void
  /** Runs the callback once the present turn of the event loop is over. */
  nextTurn(callback: () => void): void
  /** A number from 0 to below 1. */
  random(): number
}

type Schedule = (callback: () => void) => unknown

const resolved: Promise<void> = Promise.resolve()
const { setImmediate } = globalThis as { readonly setImmediate?: Schedule }

/**
 * The only place that reaches for clocks, timers and chance. Time is looked up on `globalThis` at each use, so that faked
 * timers work. Turns are no time: these use what test frameworks do not fake. A simulation replaces the members.
 */
export const runtime: Runtime = {
  now: () => performance.now(),
  setTimer: (callback, ms) => setTimeout(callback, ms) as unknown as Timer,
  clearTimer: (timer) => clearTimeout(timer as unknown as number),
  // Jest and sinon fake queueMicrotask; nobody fakes promises.
  microtask: (callback) => {
    resolved.then(callback)
  },
  nextTurn: (callback) => {
    if (setImmediate === undefined) setTimeout(callback, 0)
    else setImmediate(callback)
  },
  random: () => Math.random(),
}
