import type { CounterStore } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'

function unasked(): never {
  throw new Error('this client only stands in for one: its adapter is never used')
}

function parallelismOf({ capabilities }: CounterStore): number {
  return capabilities?.parallelism ?? 1
}

const COMMANDS = { evalsha: unasked, evalSha: unasked, eval: unasked, del: unasked }

/** How many commands the adapters have under way at once, as they say themselves: see `Capabilities.parallelism`. */
export const PARALLELISM: Readonly<Record<'ioredis' | 'nodeRedis' | 'upstash' | 'cluster', number>> = {
  ioredis: parallelismOf(new IoredisStore({ ...COMMANDS, isCluster: false })),
  nodeRedis: parallelismOf(new NodeRedisStore(COMMANDS)),
  upstash: parallelismOf(new UpstashStore(COMMANDS)),
  /** Of lists, through any client: each is as many commands as it has tags. */
  cluster: parallelismOf(new IoredisStore({ ...COMMANDS, isCluster: true })),
}
