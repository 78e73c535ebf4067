import { readFile } from 'node:fs/promises'
import type { RedisServer } from '@rl/test-servers'

/** The user of the rule in the README, with which all that a limiter may do is told to work. */
export const LOGIN = { username: 'limiter', password: 'secret' }

/**
 * Makes the user that the documentation tells of, word by word, on each of these servers.
 *
 * @param more What docs/redis.md says to add for a client, such as `+cluster|slots`. It must be said there.
 */
export async function makeDocumentedUser(servers: readonly RedisServer[], more: readonly string[] = []): Promise<void> {
  const [readme, page] = await Promise.all([read('README.md'), read('docs/redis.md')])
  const rule = ruleIn(readme)
  if (ruleIn(page) !== rule) throw new Error('README.md and docs/redis.md give different rules')
  const said = page.replaceAll('\\|', '|')
  for (const right of more) if (!said.includes(right)) throw new Error(`docs/redis.md does not tell to add ${right}`)
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

function read(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
}
