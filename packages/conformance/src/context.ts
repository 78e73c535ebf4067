import type { CounterStore, CounterWindow, Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { asTake } from './asking/ask.ts'
import { takeOf } from './asking/operations.ts'
import { type Asker, WAYS } from './asking/ways.ts'
import type { Harness } from './harness.ts'
import { type Kind, lengthsThatLast, longWindow } from './windows.ts'

/** One statement about stores. Rejects where a store breaks it. */
export interface Case {
  readonly name: string
  run(context: Context): Promise<void>
  /** Runs while no other case of the suite does: for cases that count keys, or that change what all others use. */
  readonly alone?: boolean
}

/** Cases about one rule of the contract. */
export interface Topic {
  readonly name: string
  readonly cases: readonly Case[]
}

/** The tools of a case. */
export interface Context {
  readonly harness: Harness
  /** In which way the stores are asked. */
  readonly wayName: string
  /** The first connection. */
  readonly store: Asker
  /** This many connections to the same storage. The same ones each time. */
  connections(count: number): Promise<readonly Asker[]>
  /** Lets at least this many milliseconds pass on the storage's clock. */
  passTime(ms: number): Promise<void>
  /** The storage's clock. */
  now(): Promise<number>
  /** A window that does not end while the suite runs. The first of three lengths, unless said otherwise. */
  window(limit: number, kind?: Kind, length?: 0 | 1 | 2): Window
  /** Lengths, in milliseconds, of windows that do not end while the suite runs, ascending. All over an hour. */
  readonly longMs: readonly [number, number, number]
  /** Made once for all ways and cases of a suite. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
  /** How many random histories the model runs. */
  readonly histories: number
}

/** The part that all contexts of a harness share. */
interface Setup {
  readonly harness: Harness
  readonly histories: number
  readonly startedAt: number
  connections(count: number): Promise<readonly CounterStore[]>
  readonly first: CounterStore
  readonly made: Map<string, Promise<unknown>>
}

/** Reads the storage's clock, so that no case depends on when it runs. */
export async function createSetup(harness: Harness, histories: number): Promise<Setup> {
  const connecting = [Promise.resolve(harness.connect())]
  const connections = (count: number): Promise<readonly CounterStore[]> => {
    while (connecting.length < count) connecting.push(Promise.resolve(harness.connect()))
    return Promise.all(connecting.slice(0, count))
  }
  const [first] = (await connections(1)) as [CounterStore]
  return { harness, histories, first, startedAt: await clockOf(first), made: new Map(), connections }
}

/** A context for each way that the store can be asked in. */
export function contextsOf(setup: Setup): readonly Context[] {
  const { harness, first, startedAt, histories, made } = setup
  const longMs = lengthsThatLast(startedAt)
  return WAYS.flatMap((way) => {
    const store = way.askerOf(first)
    if (store === undefined) return []
    const askers = new Map<CounterStore, Asker>([[first, store]])
    const now = (): Promise<number> => clockOf(first)
    const askerOf = (each: CounterStore): Asker => {
      const asker = askers.get(each) ?? way.askerOf(each)
      if (asker === undefined) throw new Error(`only the first connection can be asked by ${way.name}`)
      askers.set(each, asker)
      return asker
    }
    const context: Context = {
      harness,
      wayName: way.name,
      store,
      longMs,
      now,
      histories,
      connections: async (count) => (await setup.connections(count)).map(askerOf),
      passTime: async (ms) => {
        if (harness.moveClock) await harness.moveClock(ms)
        else await sleepUntil(now, (await now()) + ms)
      },
      window: (limit, kind = 'epoch', length = 0) => longWindow(kind, limit, longMs[length], startedAt),
      once: <T>(name: string, make: () => Promise<T>): Promise<T> => {
        const value = made.get(name) ?? make()
        made.set(name, value)
        return value as Promise<T>
      },
    }
    return [context]
  })
}

/** A counter's expiry by the storage; `unseen` where the harness can't look. */
export async function expiryOf(
  { harness }: Context,
  { scope, id }: Subject,
  window: CounterWindow,
): Promise<number | 'unseen' | undefined> {
  if (harness.expiresInMs === undefined) return 'unseen'
  return harness.expiresInMs({ scope, id, window })
}

/** Reads an expiry, runs something 40 ms later, and reads it again: it must have come nearer, not moved. */
export async function expectExpiryKept(
  context: Context,
  subject: Subject,
  window: CounterWindow,
  run: () => Promise<unknown>,
): Promise<void> {
  const before = await expiryOf(context, subject, window)
  await context.passTime(40)
  await run()
  const after = await expiryOf(context, subject, window)
  if (before === 'unseen') return
  if (before === undefined || after === undefined) throw new Error('the counter is not stored')
  expect(after).toBeGreaterThan(0)
  expect(after).toBeLessThanOrEqual(Number(before) - 30)
}

async function clockOf(store: CounterStore): Promise<number> {
  const window: Window = { limit: 1, windowMs: 60_000, anchor: 'epoch' }
  const [reply] = await store.apply([takeOf({ scope: 'conformance', id: 'clock' }, window, { cost: 0 })])
  if (reply === undefined) throw new Error('the store did not answer')
  return asTake(reply).now
}

async function sleepUntil(now: () => Promise<number>, end: number): Promise<void> {
  for (let left = end - (await now()); left > 0; left = end - (await now())) {
    await new Promise((resolve) => setTimeout(resolve, left))
  }
}
