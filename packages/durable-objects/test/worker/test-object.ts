import { type ObjectState, RateLimitObject } from '../../src/index.ts'
import type { Bill, ObjectOrder } from './orders.ts'

interface TestState extends ObjectState {
  abort(reason: string): void
}

type Counts = { -readonly [Name in keyof Bill]: number }

/** Before a test moves the clock: alarms go by that of the machine. */
const trueNow = Date.now

const NOTHING: Bill = { requests: 0, read: 0, written: 0, alarmsSet: 0 }

/** A RateLimitObject that counts what it is billed for, and does what tests order. */
export class TestObject extends RateLimitObject {
  readonly #state: TestState
  readonly #counts: Counts
  #dies = false

  constructor(state: TestState) {
    const counts = { ...NOTHING }
    super(counted(state, counts))
    this.#state = state
    this.#counts = counts
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).host === 'test') {
      return Response.json((await this.#obey((await request.json()) as ObjectOrder)) ?? null)
    }
    this.#counts.requests++
    const response = await super.fetch(request)
    if (this.#dies) this.#state.abort('ordered by a test')
    return response
  }

  async #obey(order: ObjectOrder): Promise<unknown> {
    switch (order.do) {
      case 'sql':
        return this.#state.storage.sql.exec(order.query, ...order.bindings).toArray()
      case 'bill': {
        const counts = { ...this.#counts }
        Object.assign(this.#counts, NOTHING)
        return counts
      }
      case 'alarm':
        return this.#state.storage.getAlarm()
      case 'sweep':
        return this.alarm()
      case 'ring':
        return this.#state.storage.setAlarm(trueNow())
      case 'die in the next call':
        this.#dies = true
        return undefined
    }
  }
}

function counted(state: ObjectState, counts: Counts): ObjectState {
  const { storage } = state
  return {
    blockConcurrencyWhile: (callback) => state.blockConcurrencyWhile(callback),
    storage: {
      sql: {
        exec: (query, ...bindings) => {
          const cursor = storage.sql.exec(query, ...bindings)
          const rows = cursor.toArray()
          const { rowsRead, rowsWritten } = cursor
          counts.read += rowsRead
          counts.written += rowsWritten
          return { toArray: () => rows, rowsRead, rowsWritten }
        },
      },
      getAlarm: () => storage.getAlarm(),
      setAlarm: (time) => {
        counts.alarmsSet++
        return storage.setAlarm(time)
      },
    },
  }
}
