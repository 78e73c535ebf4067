import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AdjustedWindow, Operation, Window } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { calendar, HOUR, MINUTE, storeOf, T0, takeOf, window } from './support.ts'

const MB = 2 ** 20
const FLOOD = 100_000

/** Bytes in use once all garbage is gone. */
function settledHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  for (let i = 0; i < 3; i++) collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Megabytes still held of a flood that has ended, once one identifier has asked a few times for each of the flood. */
function leftOf(flood: (i: number) => Operation | readonly Operation[]): number {
  const { store, clock } = storeOf()
  const ask = (operation: Operation): unknown => store.capabilities.answersAtOnce(operation)
  const regular = takeOf('regular', window(1e9, 'first-hit', 100 * HOUR))
  for (let i = 0; i < 1000; i++) ask(regular)
  const before = settledHeap()
  for (let i = 0; i < FLOOD; i++) for (const operation of [flood(i)].flat()) ask(operation)
  clock.now = T0 + 2 * HOUR
  for (let i = 0; i < FLOOD; i++) ask(regular)
  const after = settledHeap()
  expect(store.size).toBe(1)
  return (after - before) / MB
}

const SHORT = window(5, 'first-hit', MINUTE)

/** An adjustment whose token lasts longer than its window. */
function settled(scope: string): Operation {
  const windows: AdjustedWindow[] = [{ ...SHORT, resetAt: T0 + MINUTE, generation: 0, change: 1 }]
  return { kind: 'adjust', scope, id: 'a', windows, token: { id: 't', until: T0 + HOUR } }
}

const w: Window = window(1e9, 'first-hit', 100 * HOUR)
const ADJUSTED: AdjustedWindow = { ...w, resetAt: T0 + 100 * HOUR, generation: 0, change: 1 }

describe('what is held follows what is open, without a timer and without anybody who reads size', () => {
  test.each<[string, (i: number) => Operation | readonly Operation[]]>([
    ['first-hit counters', (i) => takeOf(`flood${i}`, window(5, 'first-hit', HOUR))],
    ['first-hit counters at their limits', (i) => takeOf(`flood${i}`, window(1, 'first-hit', HOUR))],
    ['epoch counters', (i) => takeOf(`flood${i}`, window(5, 'epoch', HOUR))],
    ['calendar counters', (i) => takeOf(`flood${i}`, calendar(5, [T0 - HOUR, T0 + HOUR, T0 + 2 * HOUR]))],
    [
      'tokens',
      (i) => ({
        kind: 'adjust',
        scope: 'api',
        id: 'regular',
        windows: [ADJUSTED],
        token: { id: `t${i}`, until: T0 + HOUR },
      }),
    ],
    ['limiters, each asked once', (i) => takeOf('a', window(5, 'first-hit', HOUR), 1, 1, `limiter${i}`)],
    ['limiters, each with a token', (i) => [takeOf('a', SHORT, 1, 1, `limiter${i}`), settled(`limiter${i}`)]],
    ['limiters that were only read', (i) => takeOf('a', window(5, 'first-hit', HOUR), 0, 1, `limiter${i}`)],
    [
      'windows, each asked once',
      (i) => takeOf('a', window(5, 'first-hit', HOUR - (i % 500)), 1, 1, `limiter${i % 200}`),
    ],
  ])('%s', (_, flood) => {
    expect(leftOf(flood)).toBeLessThan(0.5)
  })
})
