import { type RedisCluster, type RedisServer, startCluster, startRedis } from '@rl/test-servers'
import { Child } from './children/child.ts'
import type { RestSettings, Traffic } from './children/upstash-rest.ts'
import type { Plan } from './plan.ts'
import { type CommandStats, parseCommandStats, parseCpu, parseUsedMemory } from './server-stats.ts'
import type { Place } from './subjects/subject.ts'

/** An Upstash REST server in a separate process, so that it does not slow its clients down. */
export interface Rest {
  readonly place: Place
  traffic(): Promise<Traffic>
}

/** The servers of one run, each started when it is first needed. */
export class Lab {
  readonly plan: Plan
  #redis: Promise<RedisServer> | undefined
  #cluster: Promise<RedisCluster> | undefined
  #rest: Promise<Child> | undefined

  constructor(plan: Plan) {
    this.plan = plan
  }

  redis(): Promise<RedisServer> {
    this.#redis ??= startRedis()
    return this.#redis
  }

  /** The same server, without a key. */
  async emptyRedis(): Promise<RedisServer> {
    const redis = await this.redis()
    await redis.command('FLUSHALL')
    return redis
  }

  async cluster(): Promise<Place> {
    this.#cluster ??= startCluster({ masters: 3 })
    return { clusterPorts: (await this.#cluster).ports }
  }

  /** In front of the same Redis. */
  async rest(): Promise<Rest> {
    const redis = await this.redis()
    const settings: RestSettings = { redisPort: redis.port }
    this.#rest ??= Child.start('upstash-rest', settings)
    const child = await this.#rest
    const rest = (await child.ask('place')) as Required<Place>['rest']
    return { place: { rest }, traffic: async () => (await child.ask('traffic')) as Traffic }
  }

  async close(): Promise<void> {
    const servers = [this.#rest, this.#cluster, this.#redis]
    await Promise.all(servers.map(async (server) => (await server)?.stop()))
  }
}

export async function commandStats(redis: RedisServer): Promise<CommandStats> {
  return parseCommandStats(String(await redis.command('INFO', 'commandstats')))
}

export async function usedMemory(redis: RedisServer): Promise<number> {
  return parseUsedMemory(String(await redis.command('INFO', 'memory')))
}

export async function serverCpu(redis: RedisServer): Promise<number> {
  return parseCpu(String(await redis.command('INFO', 'cpu')))
}
