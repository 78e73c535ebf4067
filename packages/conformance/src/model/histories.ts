import type { CounterWindow } from '@rl/core'
import fc from 'fast-check'

/** A window of a history. Calendar windows get their boundaries when they are asked for. */
export interface HistoryWindow {
  readonly window: CounterWindow
  /** Length of the window, or of the calendar period. */
  readonly ms: number
}

/** `key`, `window` and `token` are places in the history's lists. */
export type OperationStep =
  | {
      readonly do: 'take'
      readonly key: number
      readonly windows: readonly { readonly window: HistoryWindow; readonly limit: number; readonly cost: number }[]
      readonly times: number
      /** How the boundaries of calendar windows lie around the clock. */
      readonly boundaries: 'around' | 'wide' | 'before' | 'after'
    }
  | {
      readonly do: 'adjust'
      readonly key: number
      readonly windows: readonly AdjustStep[]
      readonly token: number | undefined
      readonly until: 'long' | 'short' | 'stale'
    }
  | { readonly do: 'clear'; readonly key: number; readonly windows: readonly HistoryWindow[] }

/** `seen` picks one of the ends and generations that replies have shown; `offMs` and `offGeneration` move it off. */
interface AdjustStep {
  readonly window: HistoryWindow
  readonly change: number
  readonly seen: number
  readonly offMs: number
  readonly offGeneration: number
}

/** One thing that happens in a history: a list of operations, or time. */
export type Step =
  | { readonly do: 'ask'; readonly operations: readonly OperationStep[] }
  | { readonly do: 'pass'; readonly ms: number }

export type History = readonly Step[]

export const KEYS = 2
export const TOKENS = 2

const MAX = Number.MAX_SAFE_INTEGER

/** Short ones end in mid-history, on their own or by `pass`; long ones fill up. */
const LENGTHS_MS = [3, 20, 3_600_000, 2 ** 40]

const KINDS: readonly HistoryWindow[] = [
  ...LENGTHS_MS.flatMap((ms): HistoryWindow[] => [
    { window: { windowMs: ms, anchor: 'epoch' }, ms },
    { window: { windowMs: ms, anchor: 'first-hit' }, ms },
  ]),
  { window: { windowMs: 3_600_000, anchor: 'epoch', unit: 'tokens' }, ms: 3_600_000 },
  { window: { windowMs: 3_600_000, anchor: 'first-hit', unit: 'requests' }, ms: 3_600_000 },
  { window: { anchor: 'calendar', period: 'hour', timeZone: 'UTC' }, ms: 20 },
  { window: { anchor: 'calendar', period: 'month', timeZone: 'Europe/Berlin' }, ms: 3_600_000 },
  { window: { anchor: 'calendar', period: 'month', timeZone: 'Europe/Berlin', unit: 'tokens' }, ms: 3_600_000 },
]

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

/** Mostly the first. */
function mostly<T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 8, arbitrary: fc.constant(first) }, { weight: 2, arbitrary: fc.constantFrom(...others) })
}

/** Operations on a few kinds of windows. */
function operationAmong(kinds: HistoryWindow[]): fc.Arbitrary<OperationStep> {
  const key = fc.nat({ max: KEYS - 1 })
  const some = fc.shuffledSubarray(kinds, { minLength: 1 })
  const each = <T>(make: (window: HistoryWindow) => fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
    some.chain((windows) => fc.tuple(...windows.map(make)))
  return fc.oneof(
    {
      weight: 10,
      arbitrary: record<OperationStep & { do: 'take' }>({
        do: fc.constant('take'),
        key,
        windows: each((window) =>
          record<{ window: HistoryWindow; limit: number; cost: number }>({
            window: fc.constant(window),
            limit: count(0, 9),
            cost: count(0, 4),
          }),
        ),
        times: count(1, 4),
        boundaries: mostly('around', 'wide', 'before', 'after'),
      }),
    },
    {
      weight: 6,
      arbitrary: record<OperationStep & { do: 'adjust' }>({
        do: fc.constant('adjust'),
        key,
        windows: each((window) =>
          record<AdjustStep>({
            window: fc.constant(window),
            change: fc.tuple(count(0, 9), fc.boolean()).map(([units, back]) => (back && units > 0 ? -units : units)),
            seen: fc.nat({ max: 5 }),
            offMs: mostly(0, -1, 1, 3, 20),
            offGeneration: mostly(0, -1, 1),
          }),
        ),
        token: fc.constantFrom(undefined, ...Array.from({ length: TOKENS }, (_, i) => i)),
        until: mostly('long', 'short', 'stale'),
      }),
    },
    { weight: 2, arbitrary: record<OperationStep & { do: 'clear' }>({ do: fc.constant('clear'), key, windows: some }) },
  )
}

function stepAmong(kinds: HistoryWindow[]): fc.Arbitrary<Step> {
  const operations = fc.array(operationAmong(kinds), { minLength: 1, maxLength: 4 })
  return fc.oneof(
    { weight: 8, arbitrary: record<Step & { do: 'ask' }>({ do: fc.constant('ask'), operations }) },
    { weight: 1, arbitrary: record<Step & { do: 'pass' }>({ do: fc.constant('pass'), ms: fc.constantFrom(1, 3, 20) }) },
  )
}

/** Steps on a few counters, one after the other. Few, so that each step matters to later ones. */
export const history: fc.Arbitrary<History> = fc
  .shuffledSubarray([...KINDS], { minLength: 1, maxLength: 3 })
  .chain((kinds) => fc.array(stepAmong(kinds), { minLength: 1, maxLength: 8, size: 'max' }))
