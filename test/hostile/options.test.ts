import {
  type Cost,
  type CounterStore,
  type Decision,
  FixedWindowRateLimiter,
  type LimiterOptions,
  type LimitOptions,
  OptionError,
} from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANYTHING } from './odd-values.ts'

/** Counts what reaches it. */
class CountingStore implements CounterStore {
  sent = 0
  readonly #memory = new MemoryStore()
  apply: CounterStore['apply'] = (operations) => {
    this.sent++
    return this.#memory.apply(operations)
  }
}

const silent = async (): Promise<unknown> => ''
const ioredis = { isCluster: false, evalsha: silent, eval: silent }
const nodeRedis = { evalSha: silent, eval: silent }
const upstash = { evalsha: silent, eval: silent }

/** Everything that takes options: how it is made with some, and their names. */
const MAKERS: Readonly<Record<string, [(options: unknown) => unknown, ...string[]]>> = {
  FixedWindowRateLimiter: [
    (options) =>
      new FixedWindowRateLimiter(merge({ name: 'api', store: new MemoryStore(), limit: 1, window: 9 }, options)),
    ...['name', 'store', 'limit', 'window', 'anchor', 'deadlineMs', 'onStoreError', 'fallbackShare'],
    ...['breaker', 'fastPaths'],
  ],
  'FixedWindowRateLimiter of several windows': [
    (options) => new FixedWindowRateLimiter(merge({ name: 'api', store: new MemoryStore() }, options)),
    'windows',
  ],
  breaker: [
    (breaker) => {
      const base = { name: 'api', store: new MemoryStore(), limit: 1, window: 9 }
      return new FixedWindowRateLimiter({ ...base, breaker } as LimiterOptions<'throw'>)
    },
    ...['failures', 'probeAfterMs', 'onChange'],
  ],
  denyCache: [(options) => denyCache(options as object), 'maxKeys', 'maxAgeMs'],
  lease: [(options) => lease(options as object), 'share', 'maxKeys', 'maxAgeMs'],
  MemoryStore: [(options) => new MemoryStore(options as object), 'maxKeys', 'whenFull', 'now'],
  IoredisStore: [
    (options) => new IoredisStore(ioredis, options as object),
    ...['prefix', 'label', 'hashTags', 'clientRetries', 'replyTimeoutMs'],
  ],
  NodeRedisStore: [
    (options) => new NodeRedisStore(nodeRedis, options as object),
    ...['prefix', 'label', 'hashTags', 'clientRetries'],
  ],
  UpstashStore: [(options) => new UpstashStore(upstash, options as object), 'prefix', 'label', 'clientRetries'],
}

function merge(base: object, options: unknown): LimiterOptions<'throw'> {
  return (isPlain(options) ? { ...base, ...options } : options) as LimiterOptions<'throw'>
}

/** Whether it inherits nothing: unlike a Date, a Map, or an instance of a class. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

/** The error of a call. */
function thrown(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

/** Fails unless the error, if there is one, is by this library and names the option that is wrong, or one within it. */
function expectNamed(error: unknown, ...options: string[]): void {
  if (error === undefined) return
  expect(error).toBeInstanceOf(OptionError)
  const { option, message } = error as OptionError
  expect(options.some((name) => option === name || new RegExp(`(^|\\.)${name}([.[]|$)`).test(option))).toBe(true)
  expect(message.startsWith(`${option} must be `)).toBe(true)
  expect(message.length).toBeLessThan(300)
}

describe.each(Object.entries(MAKERS))('%s', (group, [make, ...names]) => {
  test.each(names)('given anything as %s, works or names it', (name) => {
    fc.assert(
      fc.property(ANYTHING, (box) =>
        expectNamed(
          thrown(() => make({ [name]: box() })),
          name === 'windows' && box() === undefined ? 'limit' : name,
        ),
      ),
      { numRuns: 500 },
    )
  })

  test('given anything as its options, works or says so', () => {
    fc.assert(
      fc.property(ANYTHING, (box) => {
        const value = box()
        const error = thrown(() => make(value))
        expectNamed(error, 'options', 'limit', group, ...names)
        const isSwitch = group === 'breaker' && typeof value === 'boolean'
        if (!isPlain(value) && value !== undefined && !isSwitch) expect(error).toBeInstanceOf(OptionError)
      }),
      { numRuns: 500 },
    )
  })

  test('refuses options that it does not know, however they are called', () => {
    for (const name of ['limt', '__proto__', 'constructor', 'toString', 'Limit', 'limit ', '']) {
      const error = thrown(() => make(JSON.parse(`{${JSON.stringify(name)}: 5}`)))
      expect(error).toBeInstanceOf(OptionError)
      expect((error as OptionError).message).toContain(JSON.stringify(name))
    }
  })

  test('passes on what a getter or a proxy throws', () => {
    const boom = new Error('boom')
    const fail = (): never => {
      throw boom
    }
    const own = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(
      thrown(() => make(Object.defineProperty({ ...own }, names[0] as string, { get: fail, enumerable: true }))),
    ).toBe(boom)
    expect(thrown(() => make(new Proxy({ ...own }, { ownKeys: fail })))).toBe(boom)
    expect(thrown(() => make(new Proxy({ ...own }, { get: fail })))).toBe(boom)
  })
})

test.each<[string, (client: never) => unknown]>([
  ['IoredisStore', (client) => new IoredisStore(client)],
  ['NodeRedisStore', (client) => new NodeRedisStore(client)],
  ['UpstashStore', (client) => new UpstashStore(client)],
])('%s, given anything as its client, names it', (_, make) => {
  const property = fc.property(ANYTHING, (box) => {
    const error = thrown(() => make(box() as never))
    expect(error).toBeInstanceOf(OptionError)
    expectNamed(error, 'client')
  })
  fc.assert(property, { numRuns: 500 })
})

test('a getter that changes its mind after the check changes nothing', async () => {
  let reads = 0
  const options = {
    name: 'api',
    store: new MemoryStore(),
    window: 60_000,
    get limit() {
      return reads++ === 0 ? 3 : Number.NaN
    },
  }
  const limiter = new FixedWindowRateLimiter(options)
  const answers = await Promise.all(Array.from({ length: 9 }, () => limiter.isAllowed('id')))
  expect(answers.filter(Boolean)).toHaveLength(3)
})

describe('a call', () => {
  const store = new CountingStore()
  const fastPaths = [lease(), denyCache()]
  const one = new FixedWindowRateLimiter({ name: 'api', store, limit: 1000, window: '365d' })
  const two = new FixedWindowRateLimiter({
    name: 'two',
    store,
    windows: [
      { limit: 5, window: '1d' },
      { limit: 9, window: '365d' },
    ],
    fastPaths,
  })
  const units = new FixedWindowRateLimiter({
    name: 'units',
    store,
    windows: [
      { unit: 'requests', limit: 5, window: '365d' },
      { unit: 'tokens', limit: 99, window: '365d' },
    ],
    fastPaths,
  })
  const costOf = (limiter: FixedWindowRateLimiter): Cost => (limiter === units ? { requests: 1, tokens: 2 } : 2)
  const LIMITERS = fc.constantFrom(one, two, units)

  /** Settles in a promise; resolved, or rejected by name and with nothing sent. */
  async function expectNamedBeforeSent(call: () => Promise<unknown>, ...names: string[]): Promise<unknown> {
    const before = store.sent
    const promise = call() // throws nothing at once
    expect(promise).toBeInstanceOf(Promise)
    const [settled] = await Promise.allSettled([promise])
    if (settled.status === 'fulfilled') return settled.value
    expectNamed(settled.reason, ...names)
    expect(store.sent).toBe(before)
    return undefined
  }

  test.each(['cost', 'limit', 'signal'])(
    'given anything as %s is answered, or names it before anything is sent',
    async (name) => {
      const property = fc.asyncProperty(ANYTHING, LIMITERS, async (box, limiter) => {
        const options = { cost: costOf(limiter), [name]: box() } as LimitOptions
        for (const method of ['limit', 'peek', 'isAllowed'] as const) {
          const answer = await expectNamedBeforeSent(() => limiter[method]('id', options), name)
          if (method === 'isAllowed' || answer === undefined) continue
          const { windows, remaining, limit } = answer as Extract<Decision, { limit: number }>
          for (const figure of [remaining, limit, ...windows.map(({ cost }) => cost)]) {
            expect(Number.isSafeInteger(figure) && figure >= 0).toBe(true)
          }
        }
      })
      await fc.assert(property, { numRuns: 500 })
    },
  )

  test('given anything as the cost of one unit is answered, or names it before anything is sent', async () => {
    const property = fc.asyncProperty(ANYTHING, async (box) => {
      const cost = { requests: 0, tokens: box() } as Cost
      await expectNamedBeforeSent(() => units.limit('id', { cost }), 'cost', 'tokens')
    })
    await fc.assert(property, { numRuns: 500 })
  })

  test('given anything as id, options or decision is answered, or names it before anything is sent', async () => {
    const property = fc.asyncProperty(ANYTHING, LIMITERS, async (box, limiter) => {
      const value = box()
      const any = value as never
      if (value !== undefined && !isPlain(value)) {
        for (const call of [limiter.limit('id', any), limiter.peek('id', any), limiter.reset('id', any)]) {
          await expectNamedBeforeSent(() => call, 'options')
        }
      }
      await expectNamedBeforeSent(() => limiter.reset('id', { signal: any }), 'signal')
      await expectNamedBeforeSent(() => limiter.refund(any), 'decision')
      const options = { cost: costOf(limiter) }
      for (const method of ['limit', 'peek', 'isAllowed'] as const) {
        await expectNamedBeforeSent(() => limiter[method](any, options), 'id')
      }
      await expectNamedBeforeSent(() => limiter.reset(any), 'id')
      const decision = await limiter.limit(`id ${Math.random()}`, options)
      await expectNamedBeforeSent(() => limiter.refund(decision, { cost: any }), 'cost')
    })
    await fc.assert(property, { numRuns: 300 })
  })
})

test('a proxy that was revoked is refused as what it is', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const [make] of Object.values(MAKERS)) expect(() => make(proxy)).toThrow(TypeError)
})
