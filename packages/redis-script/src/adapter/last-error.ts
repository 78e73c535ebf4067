/** The events by which a client says what is wrong with its connection. */
export interface ConnectionEvents {
  /** Events whose first argument is an error. */
  readonly failures: readonly (string | symbol)[]
  /** Events after which the errors before them are over. */
  readonly recoveries: readonly string[]
}

interface Emitter {
  on(event: string | symbol, listener: (error: unknown) => void): unknown
}

/** One set of listeners per client: many stores over one client must not exceed its limit of listeners. */
const lastErrors = new WeakMap<object, { error: unknown }>()

/**
 * Reads the last error of a client's connection: undefined if there was none since the client last had one, or if the client
 * is no event emitter. The errors of calls often say only that a connection was lost.
 *
 * @example const lastError = lastErrorOf(redis, { failures: ['error'], recoveries: ['ready'] })
 */
export function lastErrorOf(client: object, { failures, recoveries }: ConnectionEvents): () => unknown {
  const known = lastErrors.get(client)
  if (known !== undefined) return () => known.error
  const last: { error: unknown } = { error: undefined }
  lastErrors.set(client, last)
  const { on } = client as Partial<Emitter>
  if (typeof on !== 'function') return () => undefined
  const listen = on.bind(client)
  for (const event of failures) {
    listen(event, (error) => {
      last.error = error
    })
  }
  for (const event of recoveries) {
    listen(event, () => {
      last.error = undefined
    })
  }
  return () => last.error
}
