import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import type { RedisServer } from '@rl/test-servers'
import { Redis } from 'ioredis'

/**
 * Refusals to a user with these rights while a limiter does all that it can do, repairs included.
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
  const settings = { store: new IoredisStore(redis), breaker: false }
  const one = new FixedWindowRateLimiter({ name: 'one', ...settings, limit: 3, window: '1d', anchor: 'first-hit' })
  const windows = [
    { limit: 3, window: '1d' },
    { limit: 9, window: '1d', anchor: 'first-hit' as const },
  ]
  const two = new FixedWindowRateLimiter({ name: 'two', ...settings, windows })
  await server.command('FLUSHALL')
  await server.command('SCRIPT', 'FLUSH')
  await server.command('CONFIG', 'RESETSTAT')
  // Refusals are in the server's log.
  const ignore = (): undefined => undefined
  for (const limiter of [one, two]) {
    const decision = await limiter.limit('a').catch(ignore)
    for (let call = 0; call < 3; call++) await limiter.limit('a').catch(ignore)
    if (decision !== undefined) await limiter.refund(decision).catch(ignore)
  }
  // About one call in 64 looks at the expiry. Where something was refused already, that may be why none does.
  for (let call = 0; call < 5000 && !(await hasMet(server, 'pttl')); call++) {
    await two.peek('a').catch(ignore)
    if (logged(await server.command('ACL', 'LOG')).length > 0) break
  }
  for (const limiter of [one, two]) await limiter.reset('a').catch(ignore)
}

/** Whether a command was run or refused since the last `CONFIG RESETSTAT`. */
async function hasMet(server: RedisServer, command: string): Promise<boolean> {
  return String(await server.command('INFO', 'commandstats')).includes(`cmdstat_${command}:`)
}

/** The `object` of each entry of `ACL LOG`: the commands, keys or channels that were refused. */
function logged(entries: unknown): readonly string[] {
  if (!Array.isArray(entries)) throw new Error('ACL LOG answered no list')
  return entries.map((fields: unknown[]) => String(fields[fields.indexOf('object') + 1]))
}
