import { type ParsedKey, parseKey, parseValue, type StoredCounter } from '@rl/redis-script'
import { safeText } from '../show/safe-text.ts'
import { lengthText } from '../show/time.ts'

/** Whose counters a key holds. */
export interface Holder extends ParsedKey {
  readonly key: string
}

/** One counter: an identifier's units in one window. The output of `--json`. */
export interface Counter {
  /** The limiter's name. */
  readonly name: string
  /** `null` for an identifier over 128 bytes, of which only the hash is stored. */
  readonly id: string | null
  readonly idHash: string | null
  readonly key: string
  /** `'1m'`, or `'month Europe/Berlin'`; the stored name of a window that this version does not know. */
  readonly window: string
  readonly anchor: 'epoch' | 'first-hit' | 'calendar' | null
  readonly unit: string | null
  readonly used: number
  /** How often it was reset within this window. */
  readonly generation: number
  /** Epoch milliseconds, by the server's clock. */
  readonly resetAt: number
  readonly resetAfterMs: number
}

/** A key's content at a moment. */
export interface Contents {
  /** Of windows that are open. */
  readonly counters: readonly Counter[]
  /** Names of all windows that are stored, also of those that are over or hold no count. */
  readonly windowNames: readonly string[]
  /** Whether limiters can't read all of it: calls of this identifier fail until it is reset. */
  readonly isBroken: boolean
}

/** Undefined for keys of other programs, and for tokens. */
export function holderOf(key: string, prefix: string): Holder | undefined {
  const parsed = parseKey(key, prefix)
  return parsed === undefined || parsed.token !== undefined ? undefined : { ...parsed, key }
}

/** @param now The server's clock, in epoch milliseconds. */
export function contentsOf(holder: Holder, value: string, now: number): Contents {
  const parsed = parseValue(value)
  if (parsed === undefined) return { counters: [], windowNames: [], isBroken: true }
  const { counters, unreadable } = parsed
  return {
    counters: counters.filter(({ resetAt }) => resetAt > now).map((each) => counterOf(holder, each, now)),
    windowNames: [...counters.map(({ name }) => name), ...unreadable],
    isBroken: unreadable.length > 0,
  }
}

function counterOf(holder: Holder, stored: StoredCounter, now: number): Counter {
  const { name, window, used, generation, resetAt } = stored
  return {
    ...subjectOf(holder),
    window: window === undefined ? name : windowText(window),
    anchor: window?.anchor ?? null,
    unit: window?.unit ?? null,
    used,
    generation,
    resetAt,
    resetAfterMs: resetAt - now,
  }
}

function windowText(window: NonNullable<StoredCounter['window']>): string {
  return window.anchor === 'calendar' ? `${window.period} ${window.timeZone}` : lengthText(window.windowMs)
}

/** Whose counters they are, for `--json`. */
export function subjectOf({ scope, id, idHash, key }: Holder): Pick<Counter, 'name' | 'id' | 'idHash' | 'key'> {
  return { name: scope, id: id ?? null, idHash: idHash ?? null, key }
}

/** Whom a key is about, for people. */
export function holderText({ scope, id, idHash }: Pick<Holder, 'scope' | 'id' | 'idHash'>): string {
  return `${safeText(scope)} ${idText(id, idHash)}`
}

/** An identifier for people. Only a hash has parentheses without quotes. */
export function idText(id: string | null | undefined, idHash: string | null | undefined): string {
  return typeof id === 'string' ? safeText(id) : `(over 128 bytes, stored as SHA-256 ${idHash})`
}

/** Columns of a counter's window: as people write it, with its unit. */
export function windowColumns({ window, anchor, unit, used }: Counter): readonly [used: string, window: string] {
  const text = anchor === 'first-hit' ? `${window} first-hit` : window.split(' ').map(safeText).join(' ')
  return [unit === null ? String(used) : `${used} ${safeText(unit)}`, text]
}
