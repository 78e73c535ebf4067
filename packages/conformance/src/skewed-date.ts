/**
 * Runs something in a process whose clock is off by `skewMs` milliseconds. Timers run on as they are.
 *
 * A stand-in for `Date` rather than a mocked `Date.now`, as stores may ask `new Date()` as well.
 */
export async function withSkewedDate<T>(skewMs: number, run: () => Promise<T>): Promise<T> {
  const trueDate = globalThis.Date
  const now = (): number => trueDate.now() + skewMs
  globalThis.Date = new Proxy(trueDate, {
    get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new trueDate(now()).toString(),
  })
  try {
    return await run()
  } finally {
    globalThis.Date = trueDate
  }
}
