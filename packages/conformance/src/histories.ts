import type { Anchor, CounterWindow, Window } from '@rl/core'
import fc from 'fast-check'

/** One thing that happens in a history. `key` is the place of one of its keys. */
export type Step =
  | { readonly do: 'take'; readonly takes: readonly TakeStep[] }
  /** `seen` picks one of the ends that replies have shown for each window so far; `offMs` moves it off. */
  | {
      readonly do: 'refund'
      readonly key: number
      readonly windows: readonly CounterWindow[]
      readonly cost: number
      readonly seen: number
      readonly offMs: number
    }
  | { readonly do: 'clear'; readonly key: number; readonly windows: readonly CounterWindow[] }
  | { readonly do: 'pass'; readonly ms: number }

interface TakeStep {
  readonly key: number
  readonly windows: readonly Window[]
  readonly cost: number
  readonly times: number
}

export type History = readonly Step[]

export const KEYS = 2

const MAX = Number.MAX_SAFE_INTEGER

/** Short ones end in mid-history, on their own or by `pass`; long ones fill up. */
const LENGTHS_MS = [3, 20, 3_600_000, 2 ** 40]
const ANCHORS: readonly Anchor[] = ['epoch', 'first-hit']

const KINDS: readonly CounterWindow[] = LENGTHS_MS.flatMap((windowMs) =>
  ANCHORS.map((anchor) => ({ windowMs, anchor })),
)

/** Plain objects, which read better in a counterexample. */
function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true })
}

/** Small enough for windows to fill up, or so large that doubles would round. */
function count(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min, max }) },
    { weight: 1, arbitrary: fc.integer({ min: MAX - 4, max: MAX }) },
    { weight: 1, arbitrary: fc.integer({ min: 2 ** 50, max: MAX }) },
  )
}

/** What can happen to a few kinds of windows. */
function stepAmong(kinds: CounterWindow[]): fc.Arbitrary<Step> {
  const key = fc.nat({ max: KEYS - 1 })
  const some = fc.shuffledSubarray(kinds, { minLength: 1 })
  const limited = fc
    .tuple(some, fc.array(count(0, 9), { minLength: kinds.length, maxLength: kinds.length }))
    .map(([windows, limits]) => windows.map((window, i) => ({ ...window, limit: limits[i] ?? 0 })))
  const take = record<TakeStep>({ key, windows: limited, cost: count(0, 4), times: count(1, 4) })
  return fc.oneof(
    {
      weight: 10,
      arbitrary: record<Step>({ do: fc.constant('take'), takes: fc.array(take, { minLength: 1, maxLength: 4 }) }),
    },
    {
      weight: 5,
      arbitrary: record<Step>({
        do: fc.constant('refund'),
        key,
        windows: some,
        cost: count(0, 9),
        seen: fc.nat({ max: 5 }),
        offMs: fc.oneof(
          { weight: 6, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.constantFrom(-1, 1, 3, 20) },
        ),
      }),
    },
    { weight: 1, arbitrary: record<Step>({ do: fc.constant('clear'), key, windows: some }) },
    { weight: 2, arbitrary: record<Step>({ do: fc.constant('pass'), ms: fc.constantFrom(1, 3, 20) }) },
  )
}

/** What happens to a few counters, one after the other. Few, so that it matters to what comes later. */
export const history: fc.Arbitrary<History> = fc
  .shuffledSubarray([...KINDS], { minLength: 1, maxLength: 3 })
  .chain((kinds) => fc.array(stepAmong(kinds), { minLength: 1, maxLength: 8, size: 'max' }))
