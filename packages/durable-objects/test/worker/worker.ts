import { FixedWindowRateLimiter, type StoreError } from '@rl/core'
import { DurableObjectStore, type ObjectNamespace, RateLimitObject } from '../../src/index.ts'
import type { Answer, LimitOrder, Order, StoreOptions, Told } from './orders.ts'

export { TestObject } from './test-object.ts'
export class WithoutSql extends RateLimitObject {}

type Env = Record<'LIMITS' | 'WITHOUT_SQL', ObjectNamespace>

const trueNow = Date.now
let skewMs = 0

/** One for all requests, as in a real Worker. */
const limiters = new Map<string, FixedWindowRateLimiter>()

async function obey(order: Order, env: Env): Promise<unknown> {
  switch (order.do) {
    case 'apply':
      return (await storeOf(env, order.options).apply(order.operations)).map(told)
    case 'limit': {
      const limiter = limiterOf(env, order)
      return Promise.all(order.ids.map((id) => limiter.limit(id).catch(told)))
    }
    case 'move clock':
      skewMs += order.ms
      Date.now = () => trueNow() + skewMs
      return null
    case 'ask object': {
      const stub = env.LIMITS.get(env.LIMITS.idFromName(order.object))
      return (await stub.fetch('https://test/', { method: 'POST', body: JSON.stringify(order.order) })).json()
    }
  }
}

function storeOf(env: Env, { binding = 'LIMITS', ...options }: StoreOptions): DurableObjectStore {
  return new DurableObjectStore(env[binding], options)
}

function limiterOf(env: Env, { options, limiter }: LimitOrder): FixedWindowRateLimiter {
  const name = JSON.stringify([options, limiter])
  const found = limiters.get(name) ?? new FixedWindowRateLimiter({ ...limiter, store: storeOf(env, options) })
  limiters.set(name, found)
  return found
}

function told(reply: unknown): Told {
  if (!(reply instanceof Error)) return reply as Told
  const { message, outcome = 'unknown', cause } = reply as Partial<StoreError> & Error
  return { failed: message, outcome, cause: String(cause) }
}

async function answerTo(order: Order, env: Env): Promise<Answer> {
  try {
    return { value: (await obey(order, env)) ?? null }
  } catch (error) {
    return { error: String(error) }
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const orders = (await request.json()) as readonly Order[]
    return Response.json(await Promise.all(orders.map((order) => answerTo(order, env))))
  },
}
