import { describeMachine, describeVersions, machineLine } from '@rl/measure'
import { startRedis } from '@rl/test-servers'
import { countAdmitted } from './count.ts'
import { load, measure } from './measure.ts'
import { CASES, type Case, caseName, type Plan } from './plan.ts'
import type { CaseResult, Count, Results } from './results.ts'
import { Server } from './server.ts'
import { LIMITED, SUBJECTS } from './subjects.ts'

/** Never reached. */
const LIMIT = 1_000_000_000
const MINUTE_MS = 60_000
const WARM_UP: Case = { connections: 64, keys: 1000 }

const LIBRARIES = [
  'fastify',
  'express',
  'ioredis',
  '@fastify/rate-limit',
  'express-rate-limit',
  'rate-limit-redis',
  'autocannon',
]

/** Measures everything, on a redis-server started for this run. */
export async function run(plan: Plan, say: (what: string) => void): Promise<Results> {
  const started = new Date()
  const described = describeMachine()
  const machine = { machine: machineLine(described), 'load average before': described.loadBefore.toFixed(2) }
  const redis = await startRedis()
  const servers = new Map<string, Server>()
  try {
    const counts: Count[] = []
    for (const { label } of LIMITED) {
      say(`counting: ${label}`)
      counts.push(await countAdmitted(label, redis))
    }
    say('warming up')
    await Promise.all(
      SUBJECTS.map(async ({ label }) => {
        servers.set(label, await Server.start({ label, redisUrl: redis.url, limit: LIMIT, windowMs: MINUTE_MS }))
      }),
    )
    for (const server of servers.values()) await load(server, WARM_UP, { ms: plan.settleMs })
    const cases: CaseResult[] = []
    for (const one of CASES) {
      say(`loading: ${caseName(one)}`)
      await redis.command('FLUSHALL')
      cases.push(await measure(one, plan, servers))
    }
    const { mode, rounds, roundMs } = plan
    const tookSeconds = Math.round((Date.now() - started.getTime()) / 1000)
    const versions = await describeVersions(LIBRARIES, new URL('../../', import.meta.url))
    return { mode, startedAt: started.toISOString(), tookSeconds, rounds, roundMs, machine, versions, cases, counts }
  } finally {
    await Promise.all(Array.from(servers.values(), (server) => server.stop()))
    await redis.stop()
  }
}
