import { Agent, request } from 'node:http'
import { type CounterStore, type Decision, type Operation, StoreError } from '@rl/core'
import type { Answer, Bill, Failed, LimitOrder, ObjectOrder, Order, StoreOptions, Told } from '../worker/orders.ts'

interface Waiting {
  readonly order: Order
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Gives orders to a Worker of a test. */
export class WorkerClient {
  url = ''
  readonly #agent: Agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #waiting: Waiting[] = []

  /** A store whose operations are answered by a DurableObjectStore in the Worker. */
  store(options: StoreOptions = {}): CounterStore {
    return {
      apply: async (operations: readonly Operation[]) => {
        const replies = (await this.#order({
          do: 'apply',
          options,
          operations: operations.map(plain),
        })) as readonly Told[]
        return replies.map((reply) =>
          'failed' in reply ? new StoreError(`${reply.failed} (${reply.cause})`, reply) : reply,
        )
      },
    }
  }

  limit(order: LimitOrder): Promise<readonly (Decision | Failed)[]> {
    return this.#order({ do: 'limit', ...order }) as Promise<readonly (Decision | Failed)[]>
  }

  async moveClock(ms: number): Promise<void> {
    await this.#order({ do: 'move clock', ms })
  }

  sql(object: string, query: string, ...bindings: (string | number)[]): Promise<readonly Record<string, unknown>[]> {
    return this.ask(object, { do: 'sql', query, bindings })
  }

  bill(object: string): Promise<Bill> {
    return this.ask(object, { do: 'bill' })
  }

  ask<T>(object: string, order: ObjectOrder): Promise<T> {
    return this.#order({ do: 'ask object', object, order }) as Promise<T>
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Orders of one turn travel together: connections to the Worker are not what is tested. */
  #order(order: Order): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ order, resolve, reject }) === 1) setImmediate(() => this.#send(this.#waiting.splice(0)))
    })
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#post(JSON.stringify(waiting.map(({ order }) => order)))
      for (const [i, { resolve, reject }] of waiting.entries()) {
        const answer = answers[i]
        if (answer?.error === undefined) resolve(answer?.value)
        else reject(new Error(answer.error))
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }

  #post(body: string): Promise<readonly Answer[]> {
    return new Promise((resolve, reject) => {
      const sent = request(this.url, { method: 'POST', agent: this.#agent }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text))
          else reject(new Error(text))
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

const FIELDS = ['kind', 'scope', 'id', 'windows', 'costs', 'times', 'token']
const OF_WINDOWS = ['limit', 'windowMs', 'anchor', 'unit', 'period', 'timeZone', 'ends', 'longestMs']
const OF_ADJUSTED = ['resetAt', 'generation', 'change']

/** An operation as JSON can show it: a limiter's own has further fields, and getters. */
function plain(operation: Operation): Operation {
  const windows = operation.windows.map((window) => pick(window, [...OF_WINDOWS, ...OF_ADJUSTED]))
  return { ...pick(operation, FIELDS), windows } as unknown as Operation
}

function pick(value: object, names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, (value as Record<string, unknown>)[name]]))
}
