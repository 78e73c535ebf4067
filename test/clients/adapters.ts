import { type CounterStore, OptionError } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import type { AdapterOptions, HashTagOptions } from '@rl/redis-script'
import { UpstashStore } from '@rl/upstash'

/** A call of a client's method, its keys and arguments as one list. */
export interface Sent {
  readonly method: 'evalsha' | 'eval'
  /** The script's text or its SHA. */
  readonly script: string
  readonly keys: readonly string[]
  readonly args: readonly string[]
}

/** A store over a client of its library that only records. */
export interface Fake {
  readonly name: string
  readonly library: 'ioredis' | 'node-redis' | 'upstash'
  readonly cluster: boolean
  open(answer: (sent: Sent) => Promise<unknown>, options?: AdapterOptions & HashTagOptions): CounterStore
}

function overIoredis(isCluster: boolean): Fake['open'] {
  return (answer, options) => {
    const call =
      (method: Sent['method']) =>
      (script: string, numberOfKeys: number, list: readonly string[]): Promise<unknown> =>
        answer({ method, script, keys: list.slice(0, numberOfKeys), args: list.slice(numberOfKeys) })
    return new IoredisStore({ isCluster, evalsha: call('evalsha'), eval: call('eval') }, options)
  }
}

function overNodeRedis(traits: object): Fake['open'] {
  return (answer, options) => {
    const call =
      (method: Sent['method']) =>
      (script: string, { keys, arguments: args }: { keys: string[]; arguments: string[] }): Promise<unknown> =>
        answer({ method, script, keys, args })
    return new NodeRedisStore({ ...traits, evalSha: call('evalsha'), eval: call('eval') }, options)
  }
}

const overUpstash: Fake['open'] = (answer, options) => {
  const call =
    (method: Sent['method']) =>
    (script: string, keys: string[], args: string[]): Promise<unknown> =>
      answer({ method, script, keys, args })
  return new UpstashStore({ evalsha: call('evalsha'), eval: call('eval') }, options)
}

export const FAKES: readonly Fake[] = [
  { name: 'ioredis', library: 'ioredis', cluster: false, open: overIoredis(false) },
  { name: 'an ioredis Cluster', library: 'ioredis', cluster: true, open: overIoredis(true) },
  { name: 'node-redis', library: 'node-redis', cluster: false, open: overNodeRedis({}) },
  { name: 'a node-redis cluster', library: 'node-redis', cluster: true, open: overNodeRedis({ masters: [] }) },
  { name: 'Upstash', library: 'upstash', cluster: false, open: overUpstash },
]

/** The error of a call; fails if it does not throw an `OptionError`. */
export function refusalOf(make: () => unknown): OptionError {
  try {
    make()
  } catch (error) {
    if (error instanceof OptionError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
