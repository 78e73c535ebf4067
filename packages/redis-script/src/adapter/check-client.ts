import { OptionError } from '@rl/core'
import { checkMethods } from '@rl/core/check'
import { type Library, recognise } from './libraries.ts'

/** An adapter's demands on its client. */
export interface ExpectedClient {
  readonly library: Library
  /** The value to pass, for messages. */
  readonly accepts: string
  /** The methods that are called. */
  readonly methods: readonly string[]
}

/**
 * A wrong client would fail every call, which `onStoreError: 'allow'` turns into no limit at all. So it is refused at once.
 * An object with the methods and no mark of a library is taken for a wrapper of the right client.
 *
 * @throws {OptionError}
 */
export function checkClient({ library, accepts, methods }: ExpectedClient, client: unknown): void {
  // A URL holds a password.
  if (typeof client === 'string') throw new OptionError('client', accepts, 'a string')
  const found = typeof client === 'object' && client !== null ? recognise(client) : undefined
  if (found !== undefined && found.library !== library) throw new OptionError('client', accepts, found.name)
  checkMethods('client', client, methods, accepts)
}
