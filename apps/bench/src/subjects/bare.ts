import { encodeTakes, REDIS_SCRIPT } from '@rl/redis-script'
import type { Cluster, Redis } from 'ioredis'
import { openCluster, openIoredis, openNodeRedis } from './clients.ts'
import type { Place, Policy, Subject } from './subject.ts'

/** The floor: the client sends our script, encoded as we do, for one call at a time, and nobody reads the reply. */
export async function bareIoredis(label: string, place: Place, policy: Policy): Promise<Subject> {
  const redis = await openIoredis(place)
  await redis.script('LOAD', REDIS_SCRIPT.text)
  return overIoredis(label, redis, policy)
}

export async function bareCluster(label: string, place: Place, policy: Policy): Promise<Subject> {
  const cluster = await openCluster(place)
  await Promise.all(cluster.nodes('master').map((node) => node.script('LOAD', REDIS_SCRIPT.text)))
  return overIoredis(label, cluster, policy)
}

export async function bareNodeRedis(label: string, place: Place, policy: Policy): Promise<Subject> {
  const client = await openNodeRedis(place)
  await client.scriptLoad(REDIS_SCRIPT.text)
  const send = (keys: string[], args: string[]): Promise<unknown> =>
    client.evalSha(REDIS_SCRIPT.sha, { keys, arguments: args })
  return bare(label, send, policy, async () => client.destroy())
}

function overIoredis(label: string, redis: Redis | Cluster, policy: Policy): Subject {
  const send = (keys: string[], args: string[]): Promise<unknown> =>
    redis.evalsha(REDIS_SCRIPT.sha, keys.length, ...keys, ...args)
  return bare(label, send, policy, async () => redis.disconnect())
}

function bare(
  label: string,
  send: (keys: string[], args: string[]) => Promise<unknown>,
  policy: Policy,
  close: () => Promise<void>,
): Subject {
  const windows = policy.windows.map(({ limit, seconds }) => ({
    limit,
    windowMs: seconds * 1000,
    anchor: 'epoch' as const,
  }))
  const run = (id: string, cost: number): Promise<unknown> => {
    const { keys, args } = encodeTakes('rl:', [{ key: `bare:${id}`, windows, cost, times: 1 }])
    return send(keys, args)
  }
  return {
    label,
    take: (id) => run(id, 1),
    // now, taken, and what each window counts
    allows: (reply) => Array.isArray(reply) && reply[1] === 1,
    denies: () => false,
    used: async (id) => Number(((await run(id, 0)) as unknown[]).at(-1)),
    close,
  }
}
