import { startRedis, startUpstashRest } from '@rl/test-servers'
import type { TestProject } from 'vitest/node'
import { createProject } from '../src/project.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the project that the packages are installed in. */
    project: string
    /** Where the servers are, as environment variables. */
    servers: Record<string, string>
  }
}

/** Makes the project and starts real servers, once for all test files. */
export default async function setup(tests: TestProject): Promise<() => Promise<void>> {
  const [project, redis] = await Promise.all([createProject(), startRedis()])
  const rest = await startUpstashRest({ redisPort: redis.port })
  tests.provide('project', project.directory)
  tests.provide('servers', {
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    UPSTASH_REDIS_REST_URL: rest.url,
    UPSTASH_REDIS_REST_TOKEN: rest.token,
  })
  return async () => {
    await Promise.all([project.remove(), rest.stop().then(() => redis.stop())])
  }
}
