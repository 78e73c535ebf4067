import { FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { type ServerClock, serverClock } from '@rl/test-servers'
import { expect, vi } from 'vitest'
import { type FaultGroup, overRedis } from '../fault.ts'
import { Stage } from '../stage.ts'
import { storesOn } from '../stores.ts'

const HOUR = 3_600_000
const STORES = ['memory', ...storesOn('single', 'rest')] as const

/** A store, and its clock. */
interface ClockScene {
  readonly stage: Stage | undefined
  limiter(options: Pick<LimiterOptions, 'limit' | 'window' | 'anchor'>): Promise<FixedWindowRateLimiter>
  setClock(offsetMs: number): Promise<void>
  close(): Promise<void>
}

export const CLOCKS: FaultGroup<ClockScene> = {
  title: 'Clocks',
  open: async (store) => (store === 'memory' ? inMemory() : onRedis(await serverClock(), overRedis(store))),
  close: (scene) => scene.close(),
  faults: [
    {
      title: "the server's clock jumps an hour ahead",
      stores: STORES,
      asserted: 'windows that are over by it are over, and longer ones are not: exactly the limit in each',
      play: async (scene) => {
        const [short, long] = await bothLimiters(scene)
        expect([await admitted(short), await admitted(long)]).toEqual([5, 5])
        await scene.setClock(HOUR)
        expect([await admitted(short), await admitted(long)]).toEqual([5, 0])
        await expectEveryKeyEnds(scene)
        await scene.setClock(0)
        return undefined
      },
    },
    {
      title: "the server's clock jumps an hour back",
      stores: STORES,
      asserted: 'no window lasts longer than its length by the new clock, no caller is locked out, no call fails',
      play: async (scene) => {
        const [short, long] = await bothLimiters(scene)
        await scene.setClock(HOUR)
        expect([await admitted(short), await admitted(long)]).toEqual([5, 5])
        await scene.setClock(0)
        // A window that is open by the new clock keeps its count, and ends by it.
        const denied = await short.limit('id')
        expect(denied.allowed).toBe(false)
        expect(denied.retryAfterMs).toBeGreaterThan(0)
        expect(denied.retryAfterMs).toBeLessThanOrEqual(HALF_HOUR)
        expect(await admitted(long)).toBe(0)
        await expectEveryKeyEnds(scene)
        await scene.setClock(HALF_HOUR)
        expect([await admitted(short), await admitted(long)]).toEqual([5, 0])
        await scene.setClock(0)
        return undefined
      },
    },
  ],
}

const HALF_HOUR = HOUR / 2
const DAY = 24 * HOUR

async function bothLimiters(scene: ClockScene): Promise<readonly [FixedWindowRateLimiter, FixedWindowRateLimiter]> {
  const short = await scene.limiter({ limit: 5, window: HALF_HOUR, anchor: 'first-hit' })
  return [short, await scene.limiter({ limit: 5, window: DAY, anchor: 'first-hit' })]
}

/** Of ten calls at once. */
async function admitted(limiter: FixedWindowRateLimiter): Promise<number> {
  const decisions = await Promise.all(Array.from({ length: 10 }, () => limiter.limit('id')))
  return decisions.filter(({ allowed }) => allowed).length
}

async function expectEveryKeyEnds({ stage }: ClockScene): Promise<void> {
  await stage?.onKeys('rl:*', async (master, key) => {
    const ttl = Number(await master.command('PTTL', key))
    expect(ttl).toBeGreaterThan(0)
    expect(ttl).toBeLessThanOrEqual(DAY)
  })
}

function inMemory(): ClockScene {
  let offset = 0
  // The clock of the system, as one of the option must not go back.
  const { now } = Date
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + offset)
  const store = new MemoryStore()
  return {
    stage: undefined,
    limiter: async (options) => limiterOver(store, options),
    setClock: async (offsetMs) => {
      offset = offsetMs
    },
    close: async () => clock.mockRestore(),
  }
}

async function onRedis(clock: ServerClock, name: Stage['store']): Promise<ClockScene> {
  const stage = await Stage.open(name, { clock })
  const store = await stage.connect()
  return {
    stage,
    limiter: async (options) => limiterOver(store, options),
    setClock: (offsetMs) => clock.set(offsetMs),
    close: () => stage.close(),
  }
}

function limiterOver(store: Awaited<ReturnType<Stage['connect']>>, options: object): FixedWindowRateLimiter {
  const name = Math.random().toString(36).slice(2)
  return new FixedWindowRateLimiter({ name, store, deadlineMs: 10_000, ...options } as LimiterOptions<'throw'>)
}
