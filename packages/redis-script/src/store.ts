import {
  type Clear,
  type CounterStore,
  OptionError,
  type Refund,
  type RefundReply,
  type Take,
  type TakeReply,
} from '@rl/core'
import { type Command, decodeRefund, decodeTakes, encodeRefund, encodeTakes, redisKey, type TagOf } from './codec.ts'
import { isNoScript, toStoreError } from './failure.ts'
import { ownOptions, quoted } from './own-options.ts'
import type { Script } from './script.ts'

/** A list longer than this goes as several commands, so that no script holds the server for long. */
const MAX_KEYS = 512

/** The three commands an adapter sends for its client. Each is one command and one round trip. */
export interface ScriptClient {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(text: string, keys: string[], args: string[]): Promise<unknown>
  del(keys: string[]): Promise<unknown>
}

/** Options that all Redis adapters have. */
export interface RedisStoreOptions {
  /**
   * What every key begins with: a well-formed string without `{` or `}`. Default `'rl:'`.
   *
   * @example new IoredisStore(redis, { prefix: 'shop:' })
   */
  readonly prefix?: string | undefined
}

/** What an adapter knows about its client. */
export interface ScriptStoreSettings {
  readonly script: Script
  /** See `CounterStore.parallelism`. */
  readonly parallelism: number
  /** Whether a script may only touch keys with one hash tag. */
  readonly cluster: boolean
  /** Default: the tag is the key itself. */
  readonly tagOf?: TagOf | undefined
  readonly options: RedisStoreOptions | undefined
}

/** The contract over one script. What the adapters are made of. */
export class ScriptStore implements CounterStore {
  readonly parallelism: number
  readonly #client: ScriptClient
  readonly #script: Script
  readonly #cluster: boolean
  readonly #prefix: string
  readonly #tagOf: TagOf | undefined

  /** @throws {OptionError} for a prefix that would choose the slot, or an unknown option. */
  constructor(client: ScriptClient, settings: ScriptStoreSettings) {
    this.#client = client
    this.#script = settings.script
    this.#cluster = settings.cluster
    // In a Cluster, a batch is many commands already.
    this.parallelism = settings.cluster ? 1 : settings.parallelism
    this.#prefix = parsePrefix(settings.options)
    this.#tagOf = settings.tagOf
  }

  take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    if (takes.length === 0) return Promise.resolve([])
    return this.#cluster && takes.length > 1 ? this.#takeByTag(takes) : this.#takeInOrder(takes)
  }

  refund(refund: Refund): Promise<RefundReply> {
    return this.#run(encodeRefund(this.#prefix, refund, this.#tagOf), (raw) => decodeRefund(refund, raw))
  }

  async clear({ key, windows }: Clear): Promise<void> {
    try {
      await this.#client.del(windows.map((window) => redisKey(this.#prefix, key, window, this.#tagOf)))
    } catch (error) {
      throw toStoreError(error, this.#cluster)
    }
  }

  async #takeByTag(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    const byTag = new Map<string, number[]>()
    takes.forEach(({ key }, i) => {
      const tag = this.#tagOf?.(key) ?? key
      const places = byTag.get(tag)
      if (places === undefined) byTag.set(tag, [i])
      else places.push(i)
    })
    const replies: (TakeReply | Error)[] = []
    await Promise.all(
      Array.from(byTag.values(), async (places) => {
        const own = places.map((i) => takes[i] as Take)
        const answers = await this.#takeInOrder(own).catch((error: Error) => own.map(() => error))
        places.forEach((place, i) => {
          replies[place] = answers[i] as TakeReply | Error
        })
      }),
    )
    return replies
  }

  #takeInOrder(takes: readonly Take[]): Promise<(TakeReply | Error)[]> {
    const [now, later] = split(takes)
    const first = this.#run(encodeTakes(this.#prefix, now, this.#tagOf), (raw) => decodeTakes(now, raw))
    return later.length === 0 ? first : this.#takeRest(first, later)
  }

  /** What was already taken keeps its answers, whatever becomes of the rest. */
  async #takeRest(first: Promise<(TakeReply | Error)[]>, later: readonly Take[]): Promise<(TakeReply | Error)[]> {
    const replies = await first
    const rest = await this.#takeInOrder(later).catch((error: Error) => later.map(() => error))
    return [...replies, ...rest]
  }

  /**
   * EVALSHA; the text only where the server does not have the script, which proves that it did not run. No `await`, as a
   * lone call feels every turn of a promise.
   */
  #run<T>(command: Command, decode: (raw: unknown) => T): Promise<T> {
    const { keys, args } = command
    return this.#client.evalsha(this.#script.sha, keys, args).then(decode, (error: unknown) => {
      if (!isNoScript(error)) throw toStoreError(error, this.#cluster)
      return this.#client.eval(this.#script.text, keys, args).then(decode, (later: unknown) => {
        throw toStoreError(later, this.#cluster)
      })
    })
  }
}

function split(takes: readonly Take[]): [readonly Take[], readonly Take[]] {
  if (takes.length === 1) return [takes, []]
  let keys = 0
  const end = takes.findIndex(({ windows }, i) => {
    keys += windows.length
    return keys > MAX_KEYS && i > 0
  })
  return end < 0 ? [takes, []] : [takes.slice(0, end), takes.slice(end)]
}

function parsePrefix(given: RedisStoreOptions = {}): string {
  const { prefix = 'rl:', ...others }: { readonly prefix?: unknown } = ownOptions(given)
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new OptionError('options', 'made of prefix', `the unknown ${quoted(unknown)}`)
  if (typeof prefix === 'string' && prefix.isWellFormed() && !/[{}]/.test(prefix)) return prefix
  const received = typeof prefix === 'string' ? quoted(prefix) : typeof prefix
  throw new OptionError('prefix', 'a well-formed string without braces', received)
}
