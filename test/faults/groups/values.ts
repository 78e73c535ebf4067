import type { RedisServer } from '@rl/test-servers'
import { expect } from 'vitest'
import { type Fault, type FaultGroup, onStage } from '../fault.ts'
import { keyOf } from '../keys.ts'
import type { Stage } from '../stage.ts'
import { ALL_REDIS } from '../stores.ts'
import type { Traffic } from '../traffic.ts'
import { trial } from '../trial.ts'

const BECOME_A_LIST = `redis.call('DEL', KEYS[1]) redis.call('RPUSH', KEYS[1], 'x')`

export const VALUES: FaultGroup = {
  title: 'Values',
  ...onStage(),
  faults: [
    poisoned('a key of another type (`WRONGTYPE`)', 'the counter is of another type', (master, key) =>
      master.command('EVAL', BECOME_A_LIST, 1, key),
    ),
    {
      title: 'a key of another type in the place of one window of two',
      stores: ALL_REDIS,
      asserted: '`the counter is of another type`, and the other window is not charged',
      play: (stage) =>
        trial(stage, (traffic) => poisonAhead(stage, traffic), {
          failures: 'not-executed',
          saying: 'the counter is of another type',
        }),
    },
    poisoned('a value that is no number', 'the counter holds no count', (master, key) =>
      master.command('SET', key, 'junk', 'KEEPTTL'),
    ),
    poisoned('a plain number, as other limiters leave it', 'the counter holds no count', (master, key) =>
      master.command('SET', key, 7, 'KEEPTTL'),
    ),
    {
      title: 'a counter lost its expiry (`PERSIST`)',
      stores: ALL_REDIS,
      asserted: 'no call fails; the first call of a command gives its counters their expiry back',
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            await loseExpiry(stage, traffic)
            await healed(stage, traffic)
          },
          { failures: 'none', deadlineMs: 5000 },
        ),
    },
  ],
}

/** The fault is over when the keys are deleted, which is a loss of these counters. */
function poisoned(
  title: string,
  saying: string,
  poison: (master: RedisServer, key: string) => Promise<unknown>,
): Fault {
  return {
    title,
    stores: ALL_REDIS,
    asserted: `\`${saying}\`, and nothing is charged`,
    play: (stage) =>
      trial(
        stage,
        async (traffic) => {
          await stage.onKeys(`${traffic.standingKeys}:f*`, poison)
          await traffic.until('a failure', () => traffic.failures.length > 0)
          await traffic.turnOver()
          await stage.onKeys(traffic.standingKeys, (master, key) => master.command('DEL', key))
        },
        { failures: 'not-executed', saying, losses: 1 },
      ),
  }
}

/** Identifiers that nobody asks for until long after, so that their first window is charged before the second is looked at. */
async function poisonAhead(stage: Stage, traffic: Traffic): Promise<void> {
  const keys = traffic
    .moving(30)
    .map((id) => keyOf(stage, traffic, id, { windowMs: 2_592_000_000, anchor: 'first-hit' }))
  for (const key of keys) await stage.onOwner('RPUSH', key, 'x')
  await traffic.until('a failure', () => traffic.failures.length > 0)
  await traffic.turnOver()
  for (const key of keys) await stage.onOwner('DEL', key)
}

function loseExpiry(stage: Stage, traffic: Traffic): Promise<void> {
  return stage.onKeys(traffic.standingKeys, (master, key) => master.command('PERSIST', key))
}

/** Of a command, only the first identifier is looked after. */
async function healed(stage: Stage, traffic: Traffic): Promise<void> {
  await traffic.lookAtStanding()
  await stage.onKeys(traffic.standingKeys, async (master, key) => {
    expect(Number(await master.command('PTTL', key))).toBeGreaterThan(0)
  })
}
