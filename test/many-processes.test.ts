import { startRedis, startUpstashRest } from '@rl/test-servers'
import { describe } from 'vitest'
import { describeProcesses, HOUR } from './describe-processes.ts'

const PROCESSES = [
  { adapter: 'ioredis', skewMs: 0 },
  { adapter: 'ioredis', skewMs: 3 * HOUR },
  { adapter: 'node-redis', skewMs: -5 * HOUR },
  { adapter: 'node-redis', skewMs: 26 * HOUR },
  { adapter: 'Upstash', skewMs: -30 * HOUR },
  { adapter: 'Upstash', skewMs: 7 * HOUR },
] as const

describe(`${PROCESSES.length} processes with three kinds of clients and ${PROCESSES.length} clocks`, () => {
  describeProcesses(PROCESSES, async () => {
    const server = await startRedis()
    const rest = await startUpstashRest({ redisUrl: server.url })
    return {
      at: { redisUrl: server.url, rest: { url: rest.url, token: rest.token } },
      stop: async () => {
        await rest.stop()
        await server.stop()
      },
    }
  })
})
