import type { RedisServer } from '@rl/test-servers'
import { expect, vi } from 'vitest'
import { type Fault, type FaultGroup, onStage } from '../fault.ts'
import type { Stage } from '../stage.ts'
import { ALL_REDIS } from '../stores.ts'
import { PATIENCE, type Traffic } from '../traffic.ts'
import { trial } from '../trial.ts'

const BECOME_A_LIST = `redis.call('DEL', KEYS[1]) redis.call('RPUSH', KEYS[1], 'x')`

export const VALUES: FaultGroup = {
  title: 'Values',
  ...onStage(),
  faults: [
    poisoned('a key of another type (`WRONGTYPE`)', 'the counter is of another type', (master, key) =>
      master.command('EVAL', BECOME_A_LIST, 1, key),
    ),
    poisoned('a value that is no number', 'the counter holds no count', (master, key) =>
      master.command('SET', key, 'junk', 'KEEPTTL'),
    ),
    poisoned('one window of two that holds no number', 'the counter holds no count', async (master, key) => {
      const value = String(await master.command('GET', key))
      await master.command('SET', key, value.replace(/\d+$/, 'x'), 'KEEPTTL')
    }),
    poisoned('a value of a later layout', 'the counter has another layout version', async (master, key) => {
      const value = String(await master.command('GET', key))
      await master.command('SET', key, value.replace(/^1/, '2'), 'KEEPTTL')
    }),
    poisoned('a plain number, as other limiters leave it', 'the counter holds no count', (master, key) =>
      master.command('SET', key, 7, 'KEEPTTL'),
    ),
    {
      title: 'a counter lost its expiry (`PERSIST`)',
      stores: ALL_REDIS,
      asserted: 'no call fails; the expiry is restored',
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            await stage.onKeys(traffic.standingKeys, (master, key) => master.command('PERSIST', key))
            await untilHealed(stage, traffic)
          },
          { failures: 'none', deadlineMs: 5000 },
        ),
    },
  ],
}

/** The fault is over when the keys are deleted, which loses these counters. */
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
          await stage.onKeys(traffic.standingKeys, poison)
          await traffic.until('a failure', () => traffic.failures.length > 0)
          await traffic.turnOver()
          await stage.onKeys(traffic.standingKeys, (master, key) => master.command('DEL', key))
        },
        { failures: 'not-executed', saying, losses: 1 },
      ),
  }
}

/** About one call in 64 looks at the expiry. */
function untilHealed(stage: Stage, traffic: Traffic): Promise<void> {
  return vi.waitFor(
    () =>
      stage.onKeys(traffic.standingKeys, async (master, key) => {
        expect(Number(await master.command('PTTL', key))).toBeGreaterThan(0)
      }),
    PATIENCE,
  )
}
