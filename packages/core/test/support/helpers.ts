/** Long enough for everything that needs no more than the event loop to turn. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** The promise's error. Fails if it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`resolved with ${JSON.stringify(value)} instead of rejecting`)
}

/** The function's error. Fails if it does not. */
export function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('did not throw')
}

/** All that an error would show in a log: message, stack, own fields and causes. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return [error.message, error.stack, JSON.stringify({ ...error }), everythingIn(error.cause ?? '')].join('\n')
}

/** The promise, and how it stands. */
export interface Watched {
  state: 'pending' | 'resolved' | 'rejected'
  value?: unknown
}

export function watch(promise: Promise<unknown>): Watched {
  const seen: Watched = { state: 'pending' }
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: 'rejected', value: error }),
  )
  return seen
}

/** Calls one after another. */
export async function inTurn<T>(count: number, call: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await call())
  return results
}
