import { type AdjustReply, type CounterState, StoreError } from '@rl/core'

/** The version of the rows' values. */
const LAYOUT = 1

/** A counter by the `counterName` of its window. */
export interface Counter extends CounterState {
  readonly name: string
}

/** The value of an identifier's row: `[1, [name, used, resetAt, generation], …]`. */
export function formatCounters(counters: readonly Counter[]): string {
  return JSON.stringify([LAYOUT, ...counters.map((each) => [each.name, each.used, each.resetAt, each.generation])])
}

/** @throws {StoreError} for anything else. */
export function parseCounters(value: unknown): readonly Counter[] {
  return parse(value).map((entry) => {
    const [name, used, resetAt, generation] = Array.isArray(entry) ? entry : []
    if (typeof name !== 'string' || ![used, resetAt, generation].every(isCount)) throw unreadable()
    return { name, used, resetAt, generation }
  })
}

/** The value of a token's row: the first result of its adjustment. */
export function formatResult(windows: AdjustReply['windows']): string {
  return JSON.stringify([LAYOUT, windows])
}

/** @throws {StoreError} for anything else. */
export function parseResult(value: unknown): AdjustReply['windows'] {
  const [windows] = parse(value)
  if (!Array.isArray(windows)) throw unreadable()
  return windows
}

function parse(value: unknown): readonly unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(String(value))
  } catch {
    throw unreadable()
  }
  if (!Array.isArray(parsed)) throw unreadable()
  const [layout, ...entries] = parsed
  if (layout !== LAYOUT) {
    throw new StoreError('the counter has another layout version', { outcome: 'not-executed' })
  }
  return entries
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function unreadable(): StoreError {
  return new StoreError('the counter holds no count', { outcome: 'not-executed' })
}
