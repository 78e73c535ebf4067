import type { Take, TakeReply } from '@rl/core'
import { decode, encode, REDIS_SCRIPT, redisKey } from '@rl/redis-script'
import type { Cluster, Redis } from 'ioredis'
import { openCluster, openIoredis, openNodeRedis } from './clients.ts'
import type { Place, Policy, Subject } from './subject.ts'

/** The floor: the client sends our script, encoded as we do, for one call at a time, and the reply is hardly read. */
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
  const takeOf = (id: string, cost: number): Take => ({
    kind: 'take',
    scope: 'bare',
    id,
    windows,
    costs: windows.map(() => cost),
    times: 1,
  })
  const run = (take: Take): Promise<unknown> => {
    const { keys, args } = encode([take], [redisKey('rl:', `bare:${take.id}`)])
    return send(keys, args)
  }
  return {
    label,
    take: (id) => run(takeOf(id, 1)),
    // Only a reply to what was denied says how often the take was admitted, before a `*`.
    allows: (reply) => typeof reply === 'string' && !reply.includes('*'),
    denies: () => false,
    used: async (id) => {
      const peek = takeOf(id, 0)
      const [reply] = decode([peek], await run(peek))
      return (reply as TakeReply).windows.at(-1)?.used ?? Number.NaN
    },
    close,
  }
}
