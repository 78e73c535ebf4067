import { OptionError } from '@rl/core'
import { quoted } from './own-options.ts'

/** Option of the adapters: their clients can be set to send a command again on their own. */
export interface ClientRetriesOptions {
  /**
   * What to do about a client that is set to send a command again when its reply did not come. The script may have run
   * already, and the caller is then charged twice:
   * - `'warn'`: say so through `console.warn`, once per process and kind of client, naming the options to set;
   * - `'throw'`: refuse the client with an `OptionError`;
   * - `'allow'`: say nothing, because double charges don't matter here.
   *
   * A client that does not show its options, such as a wrapper of your own, counts as one that sends nothing again.
   * Default: `'warn'`.
   *
   * @example new IoredisStore(redis, { clientRetries: 'throw' })
   */
  readonly clientRetries?: 'warn' | 'allow' | 'throw' | undefined
}

/** What an adapter saw of its client's options. */
export interface ClientRetries {
  /** The kind of client, such as `'an ioredis Redis'`. */
  readonly client: string
  /** The setting by which it sends commands again, such as `'maxRetriesPerRequest 20'`; undefined if there is none. */
  readonly setting: string | undefined
  /** What to write instead, as code. */
  readonly remedy: string
}

const CHOICES: readonly unknown[] = ['warn', 'allow', 'throw']
const warned = new Set<string>()

/** @throws {OptionError} for an unknown choice, and upon `'throw'` for a client that sends commands again. */
export function checkClientRetries(
  { client, setting, remedy }: ClientRetries,
  choice: ClientRetriesOptions['clientRetries'] = 'warn',
): void {
  if (!CHOICES.includes(choice)) {
    const received = typeof choice === 'string' ? quoted(choice) : typeof choice
    throw new OptionError('clientRetries', "'warn', 'allow' or 'throw'", received)
  }
  if (setting === undefined || choice === 'allow') return
  if (choice === 'throw') {
    throw new OptionError('client', `one that sends no command again (${remedy})`, `${client} with ${setting}`)
  }
  if (warned.has(client)) return
  warned.add(client)
  // Edge runtimes have a console too, but no types that all of them share.
  const { console } = globalThis as { readonly console?: { warn(text: string): void } }
  console?.warn(
    `@rl: ${client} with ${setting} sends a command again when its reply did not come, and a caller may be charged ` +
      `twice. Write ${remedy}. To keep it as it is, give the store { clientRetries: 'allow' }. This is said once.`,
  )
}
