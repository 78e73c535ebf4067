import type { TestProjectInlineConfiguration } from 'vitest/config'
import { type Client, type ClientSet, pathOf, versionsIn } from './client-sets.ts'

const conditions = ['@rl/source']

/** Suites of one adapter. A client's access rights are measured with the newest one. */
const OF_ONE: Readonly<Record<Client, string>> = {
  ioredis: 'packages/ioredis/test/!(minimal-acl*).test.ts',
  redis: 'packages/node-redis/test/*.test.ts',
  '@upstash/redis': 'packages/upstash/test/*.test.ts',
}
/** Suites over all adapters. */
const OF_ALL = [
  'test/clients/!(iovalkey*).test.ts', // iovalkey is a client by itself
  'test/{one-command,client-options,client-retries}.test.ts',
  'apps/client-versions/test/{tested-clients,prints-nothing}.test.ts',
]

/** A vitest project for each set of clients. Sources and tests import the clients by their usual names. */
export function clientProjects(sets: readonly ClientSet[], root: string): TestProjectInlineConfiguration[] {
  return sets.map((set) => {
    const clients = Object.keys(set.packages) as Client[]
    const versions = versionsIn(set)
    const alias = Object.entries(set.packages).map(([client, name]) => ({
      find: new RegExp(`^${client}(?=/|$)`),
      replacement: pathOf(name),
    }))
    const named = Object.entries(versions).map((each) => each.join(' '))
    return {
      root,
      resolve: { conditions, alias },
      ssr: { resolve: { conditions } },
      test: {
        name: `${set.name}: ${named.join(', ')}`,
        include: [...clients.map((client) => OF_ONE[client]), ...OF_ALL],
        env: { RL_CLIENT_VERSIONS: JSON.stringify(versions) },
        testTimeout: 60_000,
        hookTimeout: 120_000,
      },
    }
  })
}
