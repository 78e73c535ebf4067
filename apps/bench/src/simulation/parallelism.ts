import { IoredisStore } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'

function unasked(): never {
  throw new Error('this client only stands in for one: its adapter is never used')
}

const COMMANDS = { evalsha: unasked, evalSha: unasked, eval: unasked, del: unasked }

/** How many commands the adapters have under way at once, as they say themselves: see `CounterStore.parallelism`. */
export const PARALLELISM: Readonly<Record<'ioredis' | 'nodeRedis' | 'upstash' | 'cluster', number>> = {
  ioredis: new IoredisStore({ ...COMMANDS, isCluster: false }).parallelism,
  nodeRedis: new NodeRedisStore(COMMANDS).parallelism,
  upstash: new UpstashStore(COMMANDS).parallelism,
  /** Of lists, through any client: each is as many commands as it has tags. */
  cluster: new IoredisStore({ ...COMMANDS, isCluster: true }).parallelism,
}
