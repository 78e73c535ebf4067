import { fileURLToPath } from 'node:url'
import type { RedisBinary } from '@rl/test-servers'

/** The suites that differ between servers: those of the adapters and of the test servers. */
const SUITES = [
  'packages/{ioredis,node-redis,upstash,valkey-glide,redis-script}/test/**/*.test.ts',
  'test/clients/**/*.test.ts',
  'test/{one-command,client-options,client-retries}.test.ts',
  'packages/test-servers/test/{redis,cluster,sentinel,move-slot}.test.ts',
]

interface ServerProject {
  readonly extends: string
  readonly root: string
  readonly test: {
    readonly name: string
    readonly include: string[]
    readonly env: { readonly REDIS_SERVER_BIN: string }
  }
}

/** A vitest project for each server, which runs the adapters' suites on it. */
export function serverProjects(servers: readonly RedisBinary[]): ServerProject[] {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  return servers.map(({ path, name }) => {
    const isAlone = servers.filter((other) => other.name === name).length === 1
    return {
      extends: `${root}vitest.config.ts`,
      root,
      test: { name: isAlone ? name : `${name} (${path})`, include: SUITES, env: { REDIS_SERVER_BIN: path } },
    }
  })
}
