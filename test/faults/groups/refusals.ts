import type { RedisServer } from '@rl/test-servers'
import { type Fault, type FaultGroup, onStage } from '../fault.ts'
import { keyOf } from '../keys.ts'
import type { Stage } from '../stage.ts'
import { ALL_REDIS, storesOn } from '../stores.ts'
import type { Traffic } from '../traffic.ts'
import { type Expected, type Figures, trial } from '../trial.ts'

/** Lasting refusals: on, until they were noticed, and off. */
function refusal(
  title: string,
  code: string,
  on: readonly (string | number)[],
  off: readonly (string | number)[],
  stores = ALL_REDIS as Fault['stores'],
): Fault {
  return {
    title,
    stores,
    asserted: `\`Redis refused: ${code}\`, and nothing is charged`,
    play: (stage) => whileSet(stage, on, off, { failures: 'not-executed', saying: `Redis refused: ${code}` }),
  }
}

function whileSet(
  stage: Stage,
  on: readonly (string | number)[],
  off: readonly (string | number)[],
  expected: Expected,
): Promise<Figures> {
  return trial(
    stage,
    async (traffic) => {
      await stage.onMasters(...on)
      await traffic.until('a failure', () => traffic.failures.length > 0)
      await traffic.turnOver()
      await stage.onMasters(...off)
    },
    expected,
  )
}

/** The rights that an adapter documents, and what makes a call need one, where not every call does. */
const RIGHTS: readonly [right: string, sent: boolean, need?: (stage: Stage, traffic: Traffic) => Promise<unknown>][] = [
  ['evalsha', true],
  ['eval', true, (stage) => stage.onMasters('SCRIPT', 'FLUSH')],
  ['time', false],
  ['mget', false],
  ['set', false],
  ['setrange', false],
  ['pttl', false],
  ['del', false, clearWhatCannotBeRead],
]

export const REFUSALS: FaultGroup = {
  title: 'Refusals',
  ...onStage(),
  faults: [
    refusal('memory full, `noeviction`', 'OOM', ['CONFIG', 'SET', 'maxmemory', 1], ['CONFIG', 'SET', 'maxmemory', 0]),
    {
      title: 'memory full, `allkeys-lru`',
      stores: ALL_REDIS,
      asserted: 'no call fails; an evicted counter starts anew: at most the limit more for each time',
      play: evict,
    },
    refusal(
      'the master became a replica (`READONLY`)',
      'READONLY',
      ['REPLICAOF', '127.0.0.1', 1],
      ['REPLICAOF', 'NO', 'ONE'],
      storesOn('single', 'rest'),
    ),
    refusal(
      'too few replicas (`min-replicas-to-write`)',
      'NOREPLICAS',
      ['CONFIG', 'SET', 'min-replicas-to-write', 1],
      ['CONFIG', 'SET', 'min-replicas-to-write', 0],
    ),
    ...RIGHTS.map((right) => missingRight(...right)),
  ],
}

function missingRight(
  right: string,
  sent: boolean,
  need?: (stage: Stage, traffic: Traffic) => Promise<unknown>,
): Fault {
  return {
    title: `the user may not \`${right.toUpperCase()}\``,
    stores: right === 'setrange' ? ALL_REDIS.filter((store) => store !== 'Upstash REST') : ALL_REDIS,
    asserted: sent
      ? '`Redis refused: NOPERM`, and nothing is charged'
      : 'wherever the script stops, all windows or none were charged',
    play: (stage) =>
      trial(
        stage,
        async (traffic) => {
          await stage.onMasters('ACL', 'SETUSER', 'default', `-${right}`)
          await need?.(stage, traffic)
          await traffic.until('a failure', () => traffic.failures.length > 0)
          await traffic.turnOver()
          await stage.onMasters('ACL', 'SETUSER', 'default', '+@all')
          if (right === 'del') await traffic.also((limiter) => limiter.reset(UNREADABLE))
        },
        sent ? { failures: 'not-executed', saying: 'Redis refused: NOPERM' } : { failures: 'unknown' },
      ),
  }
}

const UNREADABLE = 'unreadable'

/** A reset deletes a key that holds no counters. */
async function clearWhatCannotBeRead(stage: Stage, traffic: Traffic): Promise<void> {
  await stage.onOwner('SET', keyOf(stage, traffic, UNREADABLE), 'junk')
  await traffic.also((limiter) => limiter.reset(UNREADABLE))
}

const CHUNK = 'for i = 1, 1000 do redis.call("SET", KEYS[1] .. ARGV[1] .. ":" .. i, string.rep("x", 1000)) end'

/** Fills the memory with other keys, so that counters have to go. */
async function evict(stage: Stage): Promise<Figures> {
  const evicted: { losses: number } & Expected = { losses: 0, failures: 'none', deadlineMs: 5000 }
  const figures = await trial(
    stage,
    async (traffic) => {
      await stage.onMasters('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      for (const master of stage.masters) {
        const before = Number(/used_memory:(\d+)/.exec(String(await master.command('INFO', 'memory')))?.[1])
        await master.command('CONFIG', 'SET', 'maxmemory', before + 1_000_000)
        for (let chunk = 0; chunk < 4; chunk++) await fill(master, chunk)
        const stats = String(await master.command('INFO', 'stats'))
        evicted.losses += Number(/evicted_keys:(\d+)/.exec(stats)?.[1])
      }
      if (evicted.losses === 0) throw new Error('nothing was evicted')
      await traffic.turnOver()
      await stage.onMasters('CONFIG', 'SET', 'maxmemory', 0)
      await stage.onMasters('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    },
    evicted,
  )
  await stage.onMasters('FLUSHALL')
  return figures
}

/** In a Cluster, with keys of a slot that the master has. */
async function fill(master: RedisServer, chunk: number): Promise<void> {
  for (let tag = 0; ; tag++) {
    try {
      await master.command('EVAL', CHUNK, 1, `{${tag}}`, chunk)
      return
    } catch (error) {
      if (!String(error).includes('MOVED')) throw error
    }
  }
}
