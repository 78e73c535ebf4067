import { type CounterStore, type Operation, type Reply, StoreError } from '@rl/core'
import { checkMethods } from '@rl/core/check'
import { type DurableObjectStoreOptions, parseOptions, type Settings } from '../options.ts'
import type { ObjectAnswer, ObjectError, WireOperation } from '../wire.ts'
import type { ObjectNamespace } from './cloudflare.ts'
import { encode } from './encode.ts'
import { malformed, otherShards, requestFailed } from './failure.ts'
import { shardOf } from './shard-of.ts'
import { type Shared, sharedBy } from './shared-by.ts'

/** Capabilities of a {@link DurableObjectStore}. */
export interface DurableObjectCapabilities {
  readonly sharedBy: object
  readonly label: string
}

type Replies = readonly (Reply | Error)[]

/**
 * Counters in Durable Objects of Cloudflare. Each identifier belongs to one of `shards` objects; the operations of a list that belong
 * to the same object travel in one request.
 *
 * @example
 * export { RateLimitObject } from '@rl/durable-objects' // the class that the binding LIMITS names
 *
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new DurableObjectStore(env.LIMITS), limit: 100, window: '1m' })
 */
export class DurableObjectStore implements CounterStore {
  readonly capabilities: DurableObjectCapabilities
  readonly #namespace: ObjectNamespace
  readonly #settings: Settings
  readonly #shared: Shared

  /** @throws {OptionError} for a wrong binding, and a bad or unknown option. */
  constructor(namespace: ObjectNamespace, options: DurableObjectStoreOptions = {}) {
    checkMethods(
      'namespace',
      namespace,
      ['idFromName', 'get'],
      'a binding to a Durable Object class, such as env.LIMITS',
    )
    this.#namespace = namespace
    this.#settings = parseOptions(options)
    this.#shared = sharedBy(namespace, this.#settings)
    this.capabilities = { sharedBy: this.#shared, label: 'durable-objects' }
  }

  /** An object that fails leaves its error in the places of its operations only. */
  async apply(operations: readonly Operation[]): Promise<Replies> {
    const { shards } = this.#settings
    const places = new Map<number, number[]>()
    const encoded = operations.map(encode)
    for (const [place, { key }] of encoded.entries()) {
      const shard = shardOf(key, shards)
      const own = places.get(shard)
      if (own === undefined) places.set(shard, [place])
      else own.push(place)
    }
    const replies: (Reply | Error)[] = []
    const ask = async ([shard, own]: [number, number[]]): Promise<void> => {
      const list = own.map((place) => encoded[place] as WireOperation)
      const answers = await this.#answersOf(shard, list).catch((error: StoreError) => list.map(() => error))
      for (const [i, place] of own.entries()) replies[place] = answers[i] ?? malformed()
    }
    await Promise.all([...places].map(ask))
    return replies
  }

  /** @throws {StoreError} */
  async #answersOf(shard: number, operations: readonly WireOperation[]): Promise<Replies> {
    let answer = await this.#request(shard, operations)
    if ('madeFor' in answer && answer.madeFor === null) {
      this.#checkAgreement(await this.#request(0, []))
      this.#shared.isAgreed = true
      answer = await this.#request(shard, operations)
    }
    this.#checkAgreement(answer)
    if (!('replies' in answer) || !Array.isArray(answer.replies)) throw malformed()
    return answer.replies.map((reply) => (isError(reply) ? new StoreError(reply.error, reply) : reply))
  }

  /** A new stub each time: one whose request failed may fail for ever, and each belongs to the request it was made in. */
  async #request(shard: number, operations: readonly WireOperation[]): Promise<ObjectAnswer> {
    const { shards, name } = this.#settings
    const body = JSON.stringify({ shards, isAgreed: this.#shared.isAgreed || shard === 0, operations })
    try {
      const stub = this.#namespace.get(this.#namespace.idFromName(`${name}:${shard}`))
      const response = await stub.fetch('https://durable.object/', { method: 'POST', body })
      return Object(await response.json()) as ObjectAnswer
    } catch (error) {
      throw requestFailed(error)
    }
  }

  #checkAgreement(answer: ObjectAnswer): void {
    const { shards } = this.#settings
    if ('madeFor' in answer && answer.madeFor !== null) throw otherShards(shards, answer.madeFor)
  }
}

function isError(reply: Reply | ObjectError): reply is ObjectError {
  return typeof (reply as Partial<ObjectError> | null)?.error === 'string'
}
