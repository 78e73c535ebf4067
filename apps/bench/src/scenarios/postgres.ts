import { startPostgres } from '@rl/test-servers'
import { auditedLoop } from '../audit.ts'
import { distinct } from '../identifiers.ts'
import type { Load } from '../load.ts'
import { DECISIONS } from '../metrics.ts'
import type { Case, Scenario } from '../scenario.ts'
import { flexibleOnPostgres, oursOnPostgres } from '../subjects/postgres.ts'
import { OPEN } from '../subjects/subject.ts'
import { loadedRound } from './loaded.ts'

const SUBJECTS = { '@rl/postgres': oursOnPostgres, 'rate-limiter-flexible, pg': flexibleOnPostgres }

export const postgres: Scenario = {
  name: 'postgres',
  title: 'PostgreSQL',
  about:
    'Through pg, with a pool of ten connections each. Every caller asks for its own identifier and asks again as soon as it is answered. One window.',
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () => [
    onPostgres('64 callers', 64, false, 'on'),
    onPostgres('64 callers, synchronous_commit off', 64, false, 'off'),
    onPostgres('64 callers, unlogged tables', 64, true, 'on'),
    { ...onPostgres('1 caller', 1, false, 'on'), fullOnly: true },
  ],
}

/** Both tables are of the same type, in one database that writes to the disk as it does by default. */
function onPostgres(name: string, callers: number, unlogged: boolean, synchronousCommit: 'on' | 'off'): Case {
  return {
    name,
    open: async ({ plan }) => {
      const server = await startPostgres({ settings: { fsync: 'on', synchronous_commit: synchronousCommit } })
      const load: Load = { ...distinct(callers), callers, ms: plan.roundMs }
      const opened = Object.entries(SUBJECTS).map(async ([subject, open]) => {
        const taken = await open(subject, { url: server.url, unlogged }, OPEN)
        return {
          subject,
          warmUp: async () => void (await auditedLoop(taken, { ...load, ms: plan.warmUpMs }, 'all-allowed')),
          round: () => loadedRound(taken, load, 'all-allowed', undefined),
          close: async () => {
            await taken.close()
            left--
            if (left === 0) await server.stop()
          },
        }
      })
      let left = opened.length
      return Promise.all(opened)
    },
  }
}
