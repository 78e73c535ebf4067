import { type AdjustReply, type ClearReply, type Outside, StoreError, type TakeReply } from '@rl/core'
import type { WireAdjustment, WireClear, WireOperation, WireTake } from '../wire.ts'
import type { Counter } from './row.ts'
import type { Rows } from './rows.ts'
import { endAt, endInTime, isOutside } from './window.ts'

/** @throws {StoreError} of an operation that changed nothing. */
export function answer(rows: Rows, operation: WireOperation): TakeReply | Outside | AdjustReply | ClearReply {
  switch (operation.kind) {
    case 'take':
      return take(rows, operation)
    case 'adjust':
      return adjust(rows, operation)
    case 'clear':
      return clear(rows, operation)
  }
}

function take(rows: Rows, { key, windows, costs, times }: WireTake): TakeReply | Outside {
  const present = rows.counters(key)
  const { now } = rows
  if (windows.some((window) => isOutside(window, now))) return { outside: true, now }
  let timesTaken = times
  const repaired: Counter[] = []
  const counters = windows.map((window, i): Counter => {
    const stored = find(present, window)
    const resetAt = stored === undefined ? endAt(window, now) : endInTime(stored.resetAt, window, now)
    const { used, generation } = stored ?? { used: 0, generation: 0 }
    const counter = { name: window.name, used, resetAt, generation }
    const cost = costs[i] ?? 0
    const free = window.limit - used
    // Exact: no quotient of integers up to 2^53-1 is rounded up to the next integer.
    if (free < times * cost) timesTaken = Math.min(timesTaken, free < 0 ? 0 : Math.floor(free / cost))
    if (stored !== undefined && resetAt !== stored.resetAt && window.anchor !== 'calendar') repaired.push(counter)
    return counter
  })
  const after = counters.map((counter, i) => ({ ...counter, used: counter.used + timesTaken * (costs[i] ?? 0) }))
  if (timesTaken > 0 && costs.some((cost) => cost > 0)) rows.setCounters(key, present, after)
  // An end that only a wrong clock can have set would deny until then.
  else if (repaired.length > 0) rows.setCounters(key, present, repaired)
  return { timesTaken, now, windows: after.map(({ name: _, ...state }) => state) }
}

/** Changes all the counters or none. */
function adjust(rows: Rows, { key, windows, token }: WireAdjustment): AdjustReply {
  const present = rows.counters(key)
  const first = token && rows.result(key, token.id)
  const { now } = rows
  if (first !== undefined) return { now, repeated: true, windows: first }
  const open: Counter[] = []
  const results = windows.map((window) => {
    const counter = find(present, window)
    if (counter?.resetAt !== window.resetAt || counter.generation !== window.generation) return 'ended'
    const applied = Math.max(window.change, 0 - counter.used)
    const used = counter.used + applied
    if (used > Number.MAX_SAFE_INTEGER) throw refusal('the counter would exceed 2^53-1')
    open.push({ ...counter, used })
    return { applied, used }
  })
  if (open.length === 0) return { now, repeated: false, windows: results }
  if (token !== undefined) {
    if (token.until <= now) throw refusal('the token has expired')
    rows.setResult(key, token.id, results, token.until)
  }
  const changed = open.filter((counter) => find(present, counter)?.used !== counter.used)
  if (changed.length > 0) rows.setCounters(key, present, changed)
  return { now, repeated: false, windows: results }
}

/** Ends first-hit counters, and leaves the others with the next generation until their windows end. */
function clear(rows: Rows, { key, windows }: WireClear): ClearReply {
  const present = readable(rows, key)
  if (present === undefined) rows.setCounters(key, [], [])
  const cleared = windows.flatMap((window) => {
    const counter = find(present ?? [], window)
    if (counter === undefined) return []
    if (window.anchor === 'first-hit') return { ...counter, resetAt: 0 }
    return { ...counter, used: 0, generation: counter.generation + 1 }
  })
  if (present !== undefined && cleared.length > 0) rows.setCounters(key, present, cleared)
  return { now: rows.now }
}

/** `undefined` if they can't be read. */
function readable(rows: Rows, key: string): readonly Counter[] | undefined {
  try {
    return rows.counters(key)
  } catch {
    return undefined
  }
}

function find(counters: readonly Counter[], { name }: { readonly name: string }): Counter | undefined {
  return counters.find((counter) => counter.name === name)
}

function refusal(message: string): StoreError {
  return new StoreError(message, { outcome: 'not-executed' })
}
