import { Agent, request } from 'node:http'
import { type Adjustment, type CounterStore, type Decision, type Operation, StoreError, type Take } from '@rl/core'
import type { Bill, Failed, LimitOrder, ObjectOrder, Order, StoreOptions, Told } from '../worker/orders.ts'

/** Gives orders to a Worker of a test. */
export class WorkerClient {
  url = ''
  readonly #agent: Agent = new Agent({ keepAlive: true, maxSockets: 64 })

  /** A store whose operations are answered by a DurableObjectStore in the Worker. */
  store(options: StoreOptions = {}): CounterStore {
    return {
      apply: async (operations: readonly Operation[]) => {
        const replies = (await this.#order({
          do: 'apply',
          options,
          operations: operations.map(plain),
        })) as readonly Told[]
        return replies.map((reply) => ('failed' in reply ? new StoreError(reply.failed, reply) : reply))
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

  #order(order: Order): Promise<unknown> {
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
      sent.end(JSON.stringify(order))
    })
  }
}

/** Without what else a limiter keeps in its operations. */
function plain(operation: Operation): Operation {
  const { kind, scope, id, windows, costs, times, token } = operation as Partial<Take & Adjustment> & Operation
  return { kind, scope, id, windows, costs, times, token } as Operation
}
