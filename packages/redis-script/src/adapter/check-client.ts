import { OptionError } from '@rl/core'
import { checkMethods } from '@rl/core/check'
import { ACCEPTED, type Library, METHODS, recognise } from './libraries.ts'

/**
 * A wrong client would fail every call, which `onStoreError: 'allow'` turns into no limit at all. So it is refused at once.
 * What has the methods and no mark of a library is taken for a wrapper of the right client.
 *
 * @throws {OptionError}
 */
export function checkClient(library: Library, client: unknown): void {
  const expected = ACCEPTED[library]
  // A URL holds a password.
  if (typeof client === 'string') throw new OptionError('client', expected, 'a string')
  const found = typeof client === 'object' && client !== null ? recognise(client) : undefined
  if (found !== undefined && found.library !== library) throw new OptionError('client', expected, found.name)
  checkMethods('client', client, METHODS[library], expected)
}
