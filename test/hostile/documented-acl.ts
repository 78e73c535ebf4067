import { readFile } from 'node:fs/promises'
import type { RedisServer } from '@rl/test-servers'

/** The user of the rule in docs/redis.md, which may do all that a limiter does. */
export const LOGIN = { username: 'limiter', password: 'secret' }

/**
 * Makes the documented user, word by word, on each of these servers.
 *
 * @param more What docs/redis.md says to add for a client, such as `+cluster|slots`. It must be said there.
 */
export async function makeDocumentedUser(servers: readonly RedisServer[], more: readonly string[] = []): Promise<void> {
  const page = await readFile(new URL('../../docs/redis.md', import.meta.url), 'utf8')
  const rule = ruleIn(page)
  const said = page.replaceAll('\\|', '|')
  for (const right of more) if (!said.includes(right)) throw new Error(`docs/redis.md does not say to add ${right}`)
  const [, , ...rights] = rule.split(' ')
  await Promise.all(
    servers.map((server) => server.command('ACL', 'SETUSER', LOGIN.username, 'reset', ...rights, ...more)),
  )
}

function ruleIn(page: string): string {
  const [, rule] = /```acl\n(user limiter [^\n]+)\n```/.exec(page) ?? []
  if (rule === undefined) throw new Error('no rule is documented')
  return rule
}
