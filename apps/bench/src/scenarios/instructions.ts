import { startCountedRedis } from '../callgrind/counted-redis.ts'
import { ensureValgrind } from '../callgrind/valgrind.ts'
import { identifiers } from '../identifiers.ts'
import { COMMANDS, INSTRUCTIONS } from '../metrics.ts'
import type { Case, Participant, Sample, Scenario } from '../scenario.ts'
import { parseCommandStats, sent, since } from '../server-stats.ts'
import { openSubject } from '../subjects/index.ts'
import { OPEN, OPEN_THREE, type Policy, type Subject } from '../subjects/subject.ts'

const OURS = '@rl/ioredis'
const FLEXIBLE = 'rate-limiter-flexible, ioredis'
const AUTOPIPELINING = 'rate-limiter-flexible, ioredis autopipelining'

/** Counts hardly vary, whatever else the machine does. */
const ROUNDS = 3

/** Once in 64 takes of an identifier, the script looks after its expiry. */
const TAKES_PER_LOOK = 64

/** Calls made one after the other, or all in one turn of the event loop. */
interface Pattern {
  readonly name: string
  /** Asked for at once. */
  readonly together: number
  /** How often in a round. */
  readonly times: number
  readonly subjects: readonly string[]
}

const LONE: Pattern = { name: 'lone take', together: 1, times: 256, subjects: [OURS, FLEXIBLE] }

/** The limiter sends what waits in two commands of one size, so that those of 128 callers are lists of 64. */
const LISTS: Pattern = { name: 'lists of 64', together: 128, times: 8, subjects: [OURS, FLEXIBLE, AUTOPIPELINING] }

/**
 * Instructions of redis-server, counted by callgrind.
 *
 * @param open Opens a subject of the build that is measured. Default: of this one.
 */
export function instructionsOf(open: typeof openSubject = openSubject): Scenario {
  return {
    name: 'instructions',
    title: 'Instructions of redis-server',
    about:
      'Counted by valgrind’s callgrind, so that other programs on the machine don’t matter. `lone take`: one call at a time. `lists of 64`: 128 calls in one turn, which this library sends as two commands. Three windows of the peer are a `RateLimiterUnion`.',
    plots: [{ metric: INSTRUCTIONS, kind: 'bars' }],
    needs: ensureValgrind,
    cases: () => [
      countedCase(open, LONE, 'one window', OPEN),
      countedCase(open, LONE, 'three windows', OPEN_THREE),
      countedCase(open, LISTS, 'one window', OPEN),
      countedCase(open, LISTS, 'three windows', OPEN_THREE),
    ],
  }
}

function countedCase(open: typeof openSubject, pattern: Pattern, windows: string, policy: Policy): Case {
  return {
    name: `${pattern.name}, ${windows}`,
    rounds: ROUNDS,
    open: async () => {
      const redis = await startCountedRedis()
      const stats = async () => parseCommandStats(String(await redis.command('INFO', 'commandstats')))
      const opened: Participant[] = []
      try {
        for (const label of pattern.subjects) {
          const subject = await open(label, { port: redis.port }, policy)
          opened.push({
            subject: label,
            warmUp: async () => {
              await spread(subject, pattern)
              await calls(subject, pattern)
            },
            round: async (): Promise<Sample> => {
              const before = await stats()
              const instructions = await redis.instructionsOf(() => calls(subject, pattern))
              const decisions = pattern.together * pattern.times
              const commands = sent(since(before, await stats())).calls
              return { [INSTRUCTIONS]: instructions / decisions, [COMMANDS]: commands / decisions }
            },
            close: () => subject.close().then(redis.stop),
          })
        }
      } catch (error) {
        await redis.stop()
        throw error
      }
      return opened
    },
  }
}

/** So that not all expiries are looked after in one round, by the counts, but a few in each. */
async function spread(subject: Subject, { together }: Pattern): Promise<void> {
  await Promise.all(identifiers(together).map((id, i) => subject.take(id, 1 + (i % TAKES_PER_LOOK))))
}

async function calls(subject: Subject, { together, times }: Pattern): Promise<void> {
  const ids = identifiers(together)
  for (let i = 0; i < times; i++) {
    const replies = await Promise.all(ids.map((id) => subject.take(id)))
    if (!replies.every(subject.allows)) throw new Error('a call was denied within the limit')
  }
}
