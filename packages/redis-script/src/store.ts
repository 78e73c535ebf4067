import type { Capabilities, CounterStore, Operation, Reply, StoreError } from '@rl/core'
import { ownOptions } from '@rl/core/check'
import { counterKey } from '@rl/core/keys'
import { toText } from './adapter/to-text.ts'
import { decode } from './codec/decode.ts'
import { type Command, encode } from './codec/encode.ts'
import { checkPrefix, DEFAULT_PREFIX, redisKey, type TagOf } from './codec/key.ts'
import { isNoScript, toStoreError } from './failure.ts'
import type { Script } from './script.ts'

/** Counters in one command: more go as several, one after the other, so that no script holds the server for long. */
const MAX_COUNTERS = 512

/** The two commands that an adapter sends by its client. Each is one command and one round trip, and resolves with the reply as text or bytes. */
export interface ScriptClient {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(text: string, keys: string[], args: string[]): Promise<unknown>
  /** Why the client has no connection, if it said so. */
  lastError?(): unknown
}

/** Options that all Redis adapters have. */
export interface RedisStoreOptions {
  /**
   * The begin of every key: a well-formed string without `{` or `}`. Default `'rl:'`.
   *
   * @example new IoredisStore(redis, { prefix: 'shop:' })
   */
  readonly prefix?: string | undefined
}

/** An adapter's knowledge of its client. */
export interface ScriptStoreSettings {
  readonly script: Script
  /** Whether a script may only touch keys with one hash tag. */
  readonly cluster: boolean
  /** Default: the tag is the identifier's own `counterKey`. */
  readonly tagOf?: TagOf | undefined
  readonly options?: RedisStoreOptions | undefined
  readonly capabilities?: Capabilities | undefined
}

type Answers = (Reply | Error)[]

/**
 * The contract over one script. The base of the adapters.
 *
 * @example
 * const sender: ScriptClient = {
 *   evalsha: (sha, keys, args) => redis.evalsha(sha, keys.length, ...keys, ...args),
 *   eval: (text, keys, args) => redis.eval(text, keys.length, ...keys, ...args),
 * }
 * const store = new ScriptStore(sender, { script: REDIS_SCRIPT, cluster: false })
 * console.log((await store.apply(operations)).length) // prints 1
 */
export class ScriptStore implements CounterStore {
  readonly capabilities: Capabilities
  readonly #client: ScriptClient
  readonly #script: Script
  readonly #cluster: boolean
  readonly #prefix: string
  readonly #tagOf: TagOf | undefined

  /** @throws {OptionError} for a prefix that would choose the slot, or an unknown option. */
  constructor(client: ScriptClient, { script, cluster, tagOf, options = {}, capabilities = {} }: ScriptStoreSettings) {
    this.capabilities = capabilities
    this.#client = client
    this.#script = script
    this.#cluster = cluster
    const { prefix = DEFAULT_PREFIX } = ownOptions('options', options, ['prefix'])
    this.#prefix = checkPrefix(prefix)
    this.#tagOf = tagOf
  }

  apply(operations: readonly Operation[]): Promise<Answers> {
    const { length } = operations
    if (length === 0) return Promise.resolve([])
    if (this.#cluster && length > 1) return this.#applyByTag(operations)
    const keys = new Array<string>(length)
    for (let i = 0; i < length; i++) {
      const operation = operations[i] as Operation
      const before = operations[i - 1]
      // The same text for takes of one identifier in a row, so that they are found quickly.
      const isSame = before !== undefined && before.id === operation.id && before.scope === operation.scope
      keys[i] = isSame ? (keys[i - 1] as string) : redisKey(this.#prefix, counterKey(operation), this.#tagOf)
    }
    return this.#applyInOrder(operations, keys)
  }

  /** Each part fails for itself. */
  async #applyByTag(operations: readonly Operation[]): Promise<Answers> {
    const parts = new Map<string, { places: number[]; operations: Operation[]; keys: string[] }>()
    operations.forEach((operation, place) => {
      const key = counterKey(operation)
      const tag = this.#tagOf?.(key) ?? key
      const part = parts.get(tag) ?? { places: [], operations: [], keys: [] }
      parts.set(tag, part)
      part.places.push(place)
      part.operations.push(operation)
      part.keys.push(redisKey(this.#prefix, key, this.#tagOf && (() => tag)))
    })
    const answers = new Array<Reply | Error>(operations.length)
    await Promise.all(
      Array.from(parts.values(), async ({ places, operations, keys }) => {
        const own = await this.#applyInOrder(operations, keys).catch((error: Error) => places.map(() => error))
        places.forEach((place, i) => {
          answers[place] = own[i] as Reply | Error
        })
      }),
    )
    return answers
  }

  #applyInOrder(operations: readonly Operation[], keys: string[]): Promise<Answers> {
    const end = endOfCommand(operations)
    if (end === operations.length) return this.#run(operations, encode(operations, keys))
    return this.#applyInParts(operations, keys, end)
  }

  /** Operations that were applied keep their answers, whatever becomes of the rest. */
  async #applyInParts(operations: readonly Operation[], keys: string[], end: number): Promise<Answers> {
    const answers = await this.#applyInOrder(operations.slice(0, end), keys.slice(0, end))
    const rest = operations.slice(end)
    return answers.concat(
      await this.#applyInOrder(rest, keys.slice(end)).catch((error: Error) => rest.map(() => error)),
    )
  }

  /**
   * EVALSHA; the text only where the server does not have the script, which proves that the script did not run. Not async: each
   * extra await adds measurable latency to a lone call.
   */
  #run(operations: readonly Operation[], { keys, args }: Command): Promise<Answers> {
    const answered = (raw: unknown): Answers => decode(operations, toText(raw))
    return this.#client.evalsha(this.#script.sha, keys, args).then(answered, (error: unknown) => {
      if (!isNoScript(error)) throw this.#failure(error)
      return this.#client.eval(this.#script.text, keys, args).then(answered, (later: unknown) => {
        throw this.#failure(later)
      })
    })
  }

  #failure(error: unknown): StoreError {
    return toStoreError(error, this.#cluster, this.#client.lastError?.())
  }
}

/** How many operations fit into the first command: at least one. */
function endOfCommand(operations: readonly Operation[]): number {
  let counters = 0
  for (let i = 0; i < operations.length; i++) {
    counters += (operations[i] as Operation).windows.length
    if (counters > MAX_COUNTERS && i > 0) return i
  }
  return operations.length
}
