import type { CalendarPeriod, CounterState, CounterWindow } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { VALUE_LAYOUT } from './key.ts'

/** One counter of a stored value, whether its window is over or not. */
export interface StoredCounter extends CounterState {
  /** The `counterName` of its window. */
  readonly name: string
  /** The window that the name stands for; undefined if the name is none of this layout. */
  readonly window: CounterWindow | undefined
}

/** The content of a key. */
export interface ParsedValue {
  readonly counters: readonly StoredCounter[]
  /** Names of entries that hold no count. */
  readonly unreadable: readonly string[]
}

/**
 * Reads the value of an identifier's key, as a tool does that lists keys.
 *
 * @returns `undefined` for a value of another layout, or of none.
 * @example console.log(parseValue('1;e60000=1768480260000 5')?.counters[0]?.used) // prints 5
 */
export function parseValue(text: string): ParsedValue | undefined {
  const [, layout, ends = '', texts = ''] = /^(\d+);([^ ]+) (.+)$/s.exec(text) ?? []
  if (layout !== VALUE_LAYOUT) return undefined
  const windows = ends.split(';')
  const counts = texts.split(',')
  if (windows.length !== counts.length) return undefined
  const counters: StoredCounter[] = []
  const unreadable: string[] = []
  for (const [i, window] of windows.entries()) {
    const [, name, resetAt] = /^([\w~]+)=(\d+)$/.exec(window) ?? []
    if (name === undefined) return undefined
    const [, used, generation = '0'] = /^(\d+)(?::(\d+)(?::.*)?)?$/s.exec(counts[i] as string) ?? []
    const state = { used: Number(used), resetAt: Number(resetAt), generation: Number(generation) }
    if (Object.values(state).every(Number.isSafeInteger))
      counters.push({ name, window: parseCounterName(name), ...state })
    else unreadable.push(name)
  }
  return { counters, unreadable }
}

/**
 * The window that a `counterName` stands for.
 *
 * @returns `undefined` for a name that this version does not write.
 * @example console.log(parseCounterName('e60000_tokens')) // prints { anchor: 'epoch', windowMs: 60000, unit: 'tokens' }
 */
export function parseCounterName(name: string): CounterWindow | undefined {
  const window = read(name)
  return window !== undefined && counterName(window) === name ? window : undefined
}

function read(name: string): CounterWindow | undefined {
  const [, anchor, digits, ofFixed] = /^([ef])(\d+)(?:_(\w+))?$/.exec(name) ?? []
  if (anchor !== undefined) {
    return { anchor: anchor === 'e' ? 'epoch' : 'first-hit', windowMs: Number(digits), ...unitOf(ofFixed) }
  }
  const [, period, zone = '', ofCalendar] = /^(hour|day|week|month|year)_([A-Za-z0-9~]+)(?:_(\w+))?$/.exec(name) ?? []
  if (period === undefined) return undefined
  const timeZone = zone.replace(/~([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return { anchor: 'calendar', period: period as CalendarPeriod, timeZone, ...unitOf(ofCalendar) }
}

function unitOf(unit: string | undefined): { unit?: string } {
  return unit === undefined ? {} : { unit }
}
