import type { AdjustReply } from '@rl/core'
import type { Clock } from './clock.ts'
import { type Counter, formatCounters, formatResult, parseCounters, parseResult } from './row.ts'
import type { StoredRow, Table } from './table.ts'

/** The rows that one request is about: each is read once, and written once at the end if it was changed. */
export class Rows {
  readonly #table: Table
  readonly #clock: Clock
  readonly #read: Map<string, StoredRow | undefined> = new Map()
  readonly #changed: Map<string, { readonly value: string; readonly ends: number }> = new Map()
  now: number

  constructor(table: Table, clock: Clock) {
    this.#table = table
    this.#clock = clock
    this.now = clock.read()
  }

  /**
   * The open counters of an identifier. Time is not before they were written.
   *
   * @throws {StoreError} if they can't be read.
   */
  counters(key: string): readonly Counter[] {
    const row = this.#row(key)
    return row === undefined ? [] : parseCounters(row.value).filter(({ resetAt }) => resetAt > this.now)
  }

  /** Puts counters in the places of those of their names. */
  setCounters(key: string, present: readonly Counter[], changed: readonly Counter[]): void {
    const others = present.filter(({ name }) => !changed.some((counter) => counter.name === name))
    const counters = [...others, ...changed].filter(({ resetAt }) => resetAt > this.now)
    this.#set(key, formatCounters(counters), Math.max(this.now, ...counters.map(({ resetAt }) => resetAt)))
  }

  /** The first result of an adjustment, if its token is remembered. */
  result(key: string, token: string): AdjustReply['windows'] | undefined {
    const row = this.#row(tokenKey(key, token))
    return row !== undefined && row.ends > this.now ? parseResult(row.value) : undefined
  }

  setResult(key: string, token: string, windows: AdjustReply['windows'], until: number): void {
    this.#set(tokenKey(key, token), formatResult(windows), until)
  }

  /** @returns when the first of the written rows ends; `undefined` if there are none. */
  write(): number | undefined {
    let firstEnd: number | undefined
    for (const [key, { value, ends }] of this.#changed) {
      this.#table.write(key, value, this.now, ends)
      firstEnd = Math.min(firstEnd ?? ends, ends)
    }
    return firstEnd
  }

  #row(key: string): StoredRow | undefined {
    if (!this.#read.has(key)) this.#read.set(key, this.#table.read(key))
    const row = this.#read.get(key)
    if (row !== undefined) this.now = this.#clock.read(row.at)
    return row
  }

  #set(key: string, value: string, ends: number): void {
    this.#read.set(key, { value, at: this.now, ends })
    this.#changed.set(key, { value, ends })
  }
}

/** No key of an identifier has a space. */
function tokenKey(key: string, token: string): string {
  return `${key} ${token}`
}
