import { type Reply, StoreError } from '@rl/core'
import type { ObjectAnswer, ObjectError, ObjectRequest } from '../wire.ts'
import { Clock } from './clock.ts'
import type { ObjectState } from './cloudflare.ts'
import { answer } from './operations.ts'
import { type OwnRow, readOwnRow, writeOwnRow } from './own-row.ts'
import { Rows } from './rows.ts'
import { firstSweepAt, MINUTE_MS, nextPause } from './sweep-pause.ts'
import { Table } from './table.ts'

/**
 * The Durable Object class that keeps the counters of a `DurableObjectStore`. Export it from the Worker's main module, and name
 * it in `new_sqlite_classes`: it needs SQLite storage.
 *
 * Its methods are called by Cloudflare and by the store. A request's changes are written in one transaction, before it is answered.
 *
 * @example export { RateLimitObject } from '@rl/durable-objects'
 */
export class RateLimitObject {
  /** Cloudflare's types know a Durable Object class by this: `DurableObjectNamespace<RateLimitObject>`, as `wrangler types` writes. */
  declare readonly __DURABLE_OBJECT_BRAND: never
  readonly #storage: ObjectState['storage']
  readonly #table: Table
  readonly #clock: Clock = new Clock()
  #own: OwnRow | undefined
  #hasAlarm = false

  constructor(state: ObjectState, _env?: unknown) {
    this.#storage = state.storage
    this.#table = new Table(state.storage.sql)
    const own = readOwnRow(this.#table)
    this.#clock.read(own?.at)
    this.#own = own
    void state.blockConcurrencyWhile(async () => {
      this.#hasAlarm = (await state.storage.getAlarm()) !== null
    })
  }

  /** Answers a store. */
  async fetch(request: Request): Promise<Response> {
    const asked = (await request.json()) as ObjectRequest
    // From here on without a pause: other requests must not come in between.
    const madeFor = this.#shardsFor(asked)
    if (madeFor !== asked.shards) return respond({ madeFor })
    const rows = new Rows(this.#table, this.#clock)
    const replies = asked.operations.map((operation): Reply | ObjectError => {
      try {
        return answer(rows, operation)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        return { error: error.message, outcome: error.outcome }
      }
    })
    const firstEnd = rows.write()
    if (firstEnd !== undefined && !this.#hasAlarm) {
      await this.#setAlarm(firstSweepAt(firstEnd, this.#own?.pauseMs ?? MINUTE_MS, Date.now()))
    }
    return respond({ replies })
  }

  /** Removes what has ended. From then on time is not before, also where the clock is: what was removed would be open again. */
  async alarm(): Promise<void> {
    if (this.#own === undefined) return
    const now = this.#clock.read()
    const { seen, removed } = this.#table.removeEnded(now)
    const left = seen - removed - 1
    const pauseMs = nextPause(this.#own.pauseMs, removed, left)
    this.#own = { ...this.#own, pauseMs }
    writeOwnRow(this.#table, this.#own, now)
    this.#hasAlarm = false
    if (left > 0) await this.#setAlarm(Date.now() + pauseMs)
  }

  /** For how many shards the object was made: now, if it is new and the first object has agreed to the number. */
  #shardsFor({ shards, isAgreed }: ObjectRequest): number | null {
    if (this.#own === undefined && isAgreed) {
      this.#own = { shards, pauseMs: MINUTE_MS }
      writeOwnRow(this.#table, this.#own, this.#clock.read())
    }
    return this.#own?.shards ?? null
  }

  /** In the turn in which rows are written, so that both are one transaction. */
  async #setAlarm(at: number): Promise<void> {
    this.#hasAlarm = true
    await this.#storage.setAlarm(at)
  }
}

function respond(answer: ObjectAnswer): Response {
  return Response.json(answer)
}
