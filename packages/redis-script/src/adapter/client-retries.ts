import { OptionError } from '@rl/core'
import { checkOneOf } from '@rl/core/check'

/** Option of the adapters: their clients can be set to send a command again by themselves. */
export interface ClientRetriesOptions {
  /**
   * The reaction to a client that is set to send a command again when its reply was lost. The script may have run already,
   * and then a call is charged twice:
   * - `'warn'`: say so through `console.warn`, once per process and setting, with the options to set;
   * - `'throw'`: refuse the client with an `OptionError`;
   * - `'allow'`: say nothing, because double charges don't matter here.
   *
   * A client that does not show its options, such as a wrapper of your own, counts as one that sends nothing again.
   * Default `'warn'`.
   *
   * @example new IoredisStore(redis, { clientRetries: 'throw' })
   */
  readonly clientRetries?: 'warn' | 'allow' | 'throw' | undefined
}

/** An adapter's findings in its client's options. */
export interface ClientRetries {
  /** The kind of client, such as `'an ioredis Redis'`. */
  readonly client: string
  /** The setting by which the client sends commands again, such as `'maxRetriesPerRequest 20'`; undefined if there is none. */
  readonly setting: string | undefined
  /** The behaviour of such a client. Default: it retries commands after a lost reply, so a call can be charged twice. */
  readonly effect?: string
  /** The code to write instead. */
  readonly remedy: string
}

const EFFECT = 'retries commands after a lost reply, so a call can be charged twice'
const warned = new Set<string>()

/** @throws {OptionError} for an unknown choice, and upon `'throw'` for a client that sends commands again. */
export function checkClientRetries(
  { client, setting, effect = EFFECT, remedy }: ClientRetries,
  given: ClientRetriesOptions['clientRetries'] = 'warn',
): void {
  const choice = checkOneOf('clientRetries', given, ['warn', 'throw', 'allow'])
  if (setting === undefined || choice === 'allow') return
  if (choice === 'throw') {
    throw new OptionError('client', `one that sends no command again (${remedy})`, `${client} with ${setting}`)
  }
  const found = `${client} with ${setting}`
  if (warned.has(found)) return
  warned.add(found)
  // Edge runtimes have a console too, but no types that all of them share.
  const { console } = globalThis as { readonly console?: { warn(text: string): void } }
  console?.warn(
    `@rl: ${found} ${effect}. Use ${remedy}. To keep the client as it is, give the store { clientRetries: 'allow' } ` +
      '(shown once per process).',
  )
}
