import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FixedWindowRateLimiter, Operation } from '../../src/index.ts'
import { FakeStore, type Fate, FORBIDDEN, REFUSED } from '../support/fake-store.ts'
import { turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

interface Request {
  readonly scope: string
  readonly user: string
  isOpen: boolean
}

const context = new AsyncLocalStorage<Request>()

/** Notes each command that was sent in no context, in that of a request that has ended, or of one whose take it does not carry. */
class WatchedStore extends FakeStore {
  readonly faults: string[] = []
  latencyMs = 0

  override async apply(operations: readonly Operation[]): Promise<Awaited<ReturnType<FakeStore['apply']>>> {
    const request = context.getStore()
    const ids = operations.map(({ scope, id }) => `${scope}:${id}`).join()
    if (request === undefined) this.faults.push(`no context: ${ids}`)
    else if (!request.isOpen) this.faults.push(`ended: ${request.scope}:${request.user} for ${ids}`)
    else if (!operations.some(({ scope, id }) => scope === request.scope && id === request.user))
      this.faults.push(`another's: ${request.scope}:${request.user} for ${ids}`)
    const answers = context.exit(() => super.apply(operations))
    answers.catch(() => {})
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs))
    return answers
  }
}

let store: WatchedStore
let seed: number

function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
  return seed / 2 ** 31
}

/** One of these, each as likely. */
const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  store = new WatchedStore()
  store.latencyMs = 4
  seed = 20_260_115
})
afterEach(() => {
  vi.useRealTimers()
})

type Method = 'limit' | 'reset'

/** A request with a context, whose only call this is. Some give up early. */
function request(
  limiter: FixedWindowRateLimiter,
  user: string,
  method: Method = 'limit',
  abortAfterMs?: number,
): Promise<unknown> {
  const request: Request = { scope: limiter.name, user, isOpen: true }
  return context.run(request, async () => {
    const abort = abortAfterMs === undefined ? undefined : new AbortController()
    if (abort !== undefined) setTimeout(() => abort.abort(), abortAfterMs)
    try {
      await limiter[method](user, abort && { signal: abort.signal })
    } catch {
      // what became of the call is another test's matter
    } finally {
      request.isOpen = false
    }
  })
}

interface Load {
  readonly limiters: readonly FixedWindowRateLimiter[]
  readonly aborts?: boolean
  readonly methods?: readonly Method[]
}

/** 30 clients, each with one request after another, for about 3 s. */
async function run({ limiters, aborts = false, methods = ['limit', 'limit', 'limit', 'reset'] }: Load): Promise<void> {
  let n = 0
  const client = async (): Promise<void> => {
    for (let i = 0; i < 30; i++) {
      const user = `u${n++ % 50}`
      await request(pick(...limiters), user, pick(...methods), aborts ? pick(undefined, 0, 1, 3, 6) : undefined)
      await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 10)))
    }
  }
  let isOver = false
  const all = Promise.all(Array.from({ length: 30 }, client)).finally(() => {
    isOver = true
  })
  while (!isOver) await vi.advanceTimersByTimeAsync(1)
  await all
  expect(store.commands.length).toBeGreaterThan(50)
}

const limiters = (count: number, options: object = {}) =>
  Array.from({ length: count }, (_, i) =>
    limiterOn(store, { name: `limiter-${i}`, limit: 1e9, breaker: false, ...options }),
  )

describe('a command is sent in the context of a request that is still open and whose take it carries', () => {
  test('with one limiter', async () => {
    await run({ limiters: limiters(1) })
    expect(store.faults.slice(0, 5)).toEqual([])
  })

  test('with several limiters on one store', async () => {
    await run({ limiters: limiters(5) })
    expect(store.faults.slice(0, 5)).toEqual([])
  })

  test('where callers abort', async () => {
    await run({ limiters: limiters(3), aborts: true })
    expect(store.faults.slice(0, 5)).toEqual([])
  })

  test('where commands are refused for the moment', async () => {
    store.fate = () => pick<Fate>('answer', REFUSED)
    await run({ limiters: limiters(3) })
    expect(store.faults.slice(0, 5)).toEqual([])
  })

  test('where single identifiers are refused for the moment', async () => {
    store.change = (reply) => pick<unknown>(reply, REFUSED)
    await run({ limiters: limiters(3) })
    // A chunk keeps the context of few of its callers. If just these were answered, a retry is sent in nobody's.
    const others = store.faults.filter((fault) => !fault.startsWith('no context'))
    expect(others.slice(0, 5)).toEqual([])
    expect(store.faults.length).toBeLessThan(store.commands.length / 4)
  })

  test('where a command is refused as a whole and sent again for each limiter', async () => {
    store.fate = (operations) => (new Set(operations.map(({ scope }) => scope)).size > 1 ? FORBIDDEN : 'answer')
    await run({ limiters: limiters(4) })
    expect(store.faults.slice(0, 5)).toEqual([])
  })

  test('where commands fail, hang or are refused, and callers abort', async () => {
    store.fate = () => pick<Fate>('answer', 'answer', 'fail', 'lose', 'hang', REFUSED)
    await run({ limiters: limiters(3, { deadlineMs: 40 }), aborts: true })
    expect(store.faults.slice(0, 5)).toEqual([])
  })

  test('in a full command, while others wait', async () => {
    store.capabilities = { parallelism: 2 }
    const [limiter] = limiters(1) as [FixedWindowRateLimiter]
    for (let round = 0; round < 3; round++) {
      const all = Promise.all(Array.from({ length: 1000 }, (_, i) => request(limiter, `u${i}`)))
      await vi.advanceTimersByTimeAsync(500)
      await all
    }
    expect(store.faults.slice(0, 5)).toEqual([])
  })
})

test('a caller that aborts once its command is about to leave carries it no more', async () => {
  const [limiter] = limiters(1) as [FixedWindowRateLimiter]
  const requests = Array.from({ length: 300 }, (_, i) => ({ scope: limiter.name, user: `u${i}`, isOpen: true }))
  const controllers = requests.map(() => new AbortController())
  const calls = requests.map((each, i) =>
    context.run(each, () => limiter.limit(each.user, { signal: controllers[i]?.signal as AbortSignal })),
  )
  const all = Promise.allSettled(calls)
  requests.forEach((each, i) => {
    if (i % 16 === 3) return
    each.isOpen = false
    controllers[i]?.abort()
  })
  for (let i = 0; i < 5; i++) await vi.advanceTimersByTimeAsync(20)
  await all
  expect(store.operations.length).toBeGreaterThan(10)
  expect(store.faults).toEqual([])
})

test.each(['fail', 'hang'] as const)(
  'a fallback store is asked in the context of the call, when the store does %s',
  async (fate) => {
    const primary = new WatchedStore()
    primary.fate = fate
    primary.latencyMs = 3
    const pair = Array.from({ length: 2 }, (_, i) =>
      limiterOn(primary, { name: `limiter-${i}`, limit: 1e9, deadlineMs: 40, breaker: false, onStoreError: store }),
    )
    await run({ limiters: pair, methods: ['limit'] })
    expect([...primary.faults, ...store.faults].slice(0, 5)).toEqual([])
  },
)

test('no timer keeps the context of a request', async () => {
  const [limiter] = context.run({ scope: 'none', user: 'the start', isOpen: true }, () => limiters(1)) as [
    FixedWindowRateLimiter,
  ]
  const contexts = new Set<string | undefined>()
  const real = globalThis.setTimeout
  vi.stubGlobal('setTimeout', (callback: () => void, ms?: number) => {
    contexts.add(context.getStore()?.user)
    return real(callback, ms)
  })
  store.latencyMs = 0
  store.fate = () => pick<Fate>('answer', 'hang', REFUSED)
  for (let i = 0; i < 50; i++) {
    context.run({ scope: limiter.name, user: `u${i}`, isOpen: true }, () => limiter.limit(`u${i}`)).catch(() => {})
    await vi.advanceTimersByTimeAsync(30)
    await turns(1)
  }
  vi.unstubAllGlobals()
  expect([...contexts]).toEqual(['the start'])
})
