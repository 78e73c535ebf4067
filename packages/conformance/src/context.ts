import type { Anchor, CounterStore, Window } from '@rl/core'
import type { Harness } from './harness.ts'

/** One statement about stores. Rejects where a store breaks it. */
export interface Case {
  readonly name: string
  run(context: Context): Promise<void>
}

/** Cases about one part of the contract. */
export interface Topic {
  readonly name: string
  readonly cases: readonly Case[]
}

/** What a case works with. */
export interface Context {
  readonly harness: Harness
  /** The first connection. */
  readonly store: CounterStore
  /** So many connections to the one storage. The same ones each time. */
  connections(count: number): Promise<readonly CounterStore[]>
  /** Lengths, in milliseconds, of windows that will not end while the suite runs, ascending. All over an hour. */
  readonly longMs: readonly [number, number, number]
  /** A window that will not end while the suite runs. */
  window(limit: number, anchor?: Anchor): Window
}

const MINUTE = 60_000

/** Gets to know the storage's clock, so that no case depends on when it runs. */
export async function createContext(harness: Harness): Promise<Context> {
  const store = await harness.connect()
  const connected = [store]
  const longMs = lengthsThatLast(await clockOf(store))
  return {
    harness,
    store,
    connections: async (count) => {
      while (connected.length < count) connected.push(await harness.connect())
      return connected.slice(0, count)
    },
    longMs,
    window: (limit, anchor = 'epoch') => ({ limit, windowMs: longMs[0], anchor }),
  }
}

async function clockOf(store: CounterStore): Promise<number> {
  const windows: Window[] = [{ limit: 0, windowMs: MINUTE, anchor: 'epoch' }]
  const [reply] = await store.take([{ key: 'conformance:clock', windows, cost: 0, times: 1 }])
  if (reply === undefined || reply instanceof Error) throw new Error('the store did not answer', { cause: reply })
  return reply.now
}

/** The first three lengths whose epoch window, the one at `now`, has half an hour or more to go. */
function lengthsThatLast(now: number): [number, number, number] {
  const lengths: number[] = []
  for (let ms = 61 * MINUTE; lengths.length < 3; ms += MINUTE) {
    if (ms - (now % ms) > 30 * MINUTE) lengths.push(ms)
  }
  return lengths as [number, number, number]
}
