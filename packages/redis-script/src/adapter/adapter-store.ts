import { OptionError } from '@rl/core'
import { describeValue, ownOptions } from '@rl/core/check'
import type { TagOf } from '../codec/key.ts'
import type { Script } from '../script.ts'
import { type RedisStoreOptions, type ScriptClient, ScriptStore } from '../store.ts'
import { type HashTagOptions, tagCount } from '../tag-count.ts'
import { checkClient, type ExpectedClient } from './check-client.ts'
import { type ClientRetries, type ClientRetriesOptions, checkClientRetries } from './client-retries.ts'
import { sharedBy } from './shared-by.ts'

/** Option of the adapters. */
export interface LabelOptions {
  /**
   * The store's name in events and messages: 1 to 64 characters, no secrets. Default: the kind of client, such as
   * `'ioredis cluster'`.
   *
   * @example new IoredisStore(redis, { label: 'sessions' })
   */
  readonly label?: string | undefined
}

/** Options that all adapters have. */
export type AdapterOptions = RedisStoreOptions & ClientRetriesOptions & LabelOptions

/** The visible part of a client. */
export interface ClientTraits {
  readonly cluster: boolean
  /** The default label. */
  readonly label: string
  readonly retries: ClientRetries
}

/** The part that is special to one client library. */
export interface Adapter<Client extends object, Options extends AdapterOptions> extends ExpectedClient {
  readonly script: Script
  /** Commands under way outside a Cluster: see `Capabilities.parallelism`. */
  readonly parallelism: number
  /** Names of the options that this adapter has besides {@link AdapterOptions}. */
  readonly options: readonly (keyof Options & string)[]
  /** Of clients that know Clusters. Not imported here: the others must not contain the table of slots. */
  readonly tagsFor?: (cluster: boolean, hashTags: number | undefined) => TagOf | undefined
  /** @throws {OptionError} for a client that can't work. */
  traits(client: Client): ClientTraits
  /** How to send. @throws {OptionError} for a bad option. */
  open(client: Client, options: Options): ScriptClient
}

const OPTIONS: readonly string[] = ['prefix', 'label', 'clientRetries']

/**
 * The mould of the adapters: their checks, options and capabilities.
 *
 * @example
 * class MyStore extends AdapterStore<Redis, AdapterOptions> {
 *   constructor(connection: Redis, options: AdapterOptions = {}) {
 *     super(adapter, connection, options)
 *   }
 * }
 * const store = new MyStore(redis)
 * console.log((await store.apply(operations)).length) // prints 1
 */
export class AdapterStore<Client extends object, Options extends AdapterOptions> extends ScriptStore {
  /** @throws {OptionError} for a wrong client, and a bad or unknown option. */
  constructor(adapter: Adapter<Client, Options>, client: Client, given: Options) {
    const options: Options & HashTagOptions = ownOptions('options', given, [...OPTIONS, ...adapter.options])
    const { prefix, hashTags, clientRetries } = options
    checkClient(adapter, client)
    const { cluster, label, retries } = adapter.traits(client)
    checkClientRetries(retries, clientRetries)
    const { script } = adapter
    // A prefix that is no string is refused below.
    const keysDependOn = [script.sha, typeof prefix === 'string' ? prefix : 'rl:', tagCount(cluster, hashTags)]
    super(adapter.open(client, options), {
      script,
      cluster,
      options: { prefix },
      tagOf: adapter.tagsFor?.(cluster, hashTags),
      capabilities: {
        // In a Cluster, a list is many commands already.
        parallelism: cluster ? 1 : adapter.parallelism,
        resends: retries.setting !== undefined,
        sharedBy: sharedBy(client, keysDependOn),
        label: checkLabel(options.label ?? label),
      },
    })
  }
}

function checkLabel(label: unknown): string {
  if (typeof label === 'string' && label.length >= 1 && label.length <= 64) return label
  throw new OptionError('label', 'a string of 1 to 64 characters', describeValue(label))
}
