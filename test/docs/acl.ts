import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import type { RedisServer } from '@rl/test-servers'
import { Redis } from 'ioredis'

/**
 * What the server refuses to a user with these rights while a limiter does all that it can do, repairs included.
 *
 * @param rule As in a Redis configuration: `user limiter on >secret …`.
 */
export async function refusedUnder(server: RedisServer, rule: string): Promise<readonly string[]> {
  const [, username = '', ...rights] = rule.split(' ')
  const password = rights.find((right) => right.startsWith('>'))?.slice(1) ?? ''
  await server.command('ACL', 'SETUSER', username, 'reset', ...rights)
  await server.command('ACL', 'LOG', 'RESET')
  const redis = new Redis(server.port, { username, password, maxRetriesPerRequest: 0, enableReadyCheck: false })
  try {
    await doEverything(server, redis)
  } finally {
    redis.disconnect()
  }
  return logged(await server.command('ACL', 'LOG'))
}

async function doEverything(server: RedisServer, redis: Redis): Promise<void> {
  const windows = [
    { limit: 3, window: '1d' },
    { limit: 9, window: '1d', anchor: 'first-hit' as const },
  ]
  const limiter = new FixedWindowRateLimiter({ name: 'acl', store: new IoredisStore(redis), windows })
  await server.command('FLUSHALL')
  await server.command('SCRIPT', 'FLUSH')
  // What is refused is in the server's log.
  const ignore = (): undefined => undefined
  const decision = await limiter.limit('a').catch(ignore)
  for (let call = 0; call < 3; call++) await limiter.limit('a').catch(ignore)
  if (decision !== undefined) await limiter.refund(decision).catch(ignore)
  await server.command('PERSIST', 'rl:{acl:a}:e86400000')
  await limiter.peek('a').catch(ignore)
  await server.command('SET', 'rl:{acl:over}:e86400000', '1000:5')
  await limiter.peek('over').catch(ignore)
  await server.command('LPUSH', 'rl:{acl:b}:f86400000', 'no count')
  await limiter.peek('b').catch(ignore)
  await limiter.limit('b').catch(ignore)
  await limiter.reset('a').catch(ignore)
}

/** The `object` of each entry of `ACL LOG`: the commands, keys or channels that were refused. */
function logged(entries: unknown): readonly string[] {
  if (!Array.isArray(entries)) throw new Error('ACL LOG answered no list')
  return entries.map((fields: unknown[]) => String(fields[fields.indexOf('object') + 1]))
}
