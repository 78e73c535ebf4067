import {
  type CounterStore,
  type Decision,
  FixedWindowRateLimiter,
  type LimiterOptions,
  type LimitOptions,
  OptionError,
} from '@rl/core'
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
  take: CounterStore['take'] = (takes) => this.#count(() => this.#memory.take(takes))
  refund: CounterStore['refund'] = (refund) => this.#count(() => this.#memory.refund(refund))
  clear: CounterStore['clear'] = (clear) => this.#count(() => this.#memory.clear(clear))
  #count<T>(run: () => T): T {
    this.sent++
    return run()
  }
}

const silent = async (): Promise<unknown> => []
const client = { isCluster: false, evalsha: silent, evalSha: silent, eval: silent, del: silent }

/** Options that are `true`, `false` or an object. */
const SWITCHES: readonly string[] = ['breaker', 'denyCache', 'lease']

/** Everything that takes options: how it is made with some, and what they are called. */
const MAKERS: Readonly<Record<string, [(options: unknown) => unknown, ...string[]]>> = {
  FixedWindowRateLimiter: [
    (options) =>
      new FixedWindowRateLimiter(merge({ name: 'api', store: new MemoryStore(), limit: 1, window: 9 }, options)),
    ...['name', 'store', 'limit', 'window', 'anchor', 'deadlineMs', 'onStoreError', 'fallbackShare'],
    ...['breaker', 'denyCache', 'lease'],
  ],
  'FixedWindowRateLimiter of several windows': [
    (options) => new FixedWindowRateLimiter(merge({ name: 'api', store: new MemoryStore() }, options)),
    'windows',
  ],
  ...nested('breaker', 'failures', 'probeAfterMs', 'onChange'),
  ...nested('denyCache', 'maxKeys', 'maxAgeMs'),
  ...nested('lease', 'share', 'maxKeys', 'maxAgeMs'),
  MemoryStore: [(options) => new MemoryStore(options as object), 'maxKeys', 'whenFull', 'now'],
  IoredisStore: [(options) => new IoredisStore(client, options as object), 'prefix', 'hashTags', 'clientRetries'],
  NodeRedisStore: [(options) => new NodeRedisStore(client, options as object), 'prefix', 'hashTags', 'clientRetries'],
  UpstashStore: [(options) => new UpstashStore(client, options as object), 'prefix', 'clientRetries'],
}

function merge(base: object, options: unknown): LimiterOptions<'throw'> {
  return (isPlain(options) ? { ...base, ...options } : options) as LimiterOptions<'throw'>
}

function nested(group: string, ...names: string[]): typeof MAKERS {
  const base = { name: 'api', store: new MemoryStore(), limit: 1, window: 9 }
  const make = (options: unknown): unknown => new FixedWindowRateLimiter(merge(base, { [group]: options }))
  return { [group]: [make, ...names] }
}

/** Whether all that it holds is its own: other than a Date, a Map, or what inherits. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

/** What a call throws. */
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
        const isSwitch = SWITCHES.includes(group) && typeof value === 'boolean'
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
  const one = new FixedWindowRateLimiter({ name: 'api', store, limit: 1000, window: '365d' })
  const two = new FixedWindowRateLimiter({
    name: 'two',
    store,
    windows: [
      { limit: 5, window: '1d' },
      { limit: 9, window: '365d' },
    ],
    denyCache: true,
    lease: true,
  })

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
      const property = fc.asyncProperty(ANYTHING, fc.constantFrom(one, two), async (box, limiter) => {
        const options = { [name]: box() } as LimitOptions
        for (const method of ['limit', 'peek', 'isAllowed'] as const) {
          const answer = await expectNamedBeforeSent(() => limiter[method]('id', options), name)
          if (method === 'isAllowed' || answer === undefined) continue
          const { cost, remaining, limit } = answer as Extract<Decision, { limit: number }>
          for (const figure of [cost, remaining, limit]) expect(Number.isSafeInteger(figure) && figure >= 0).toBe(true)
        }
      })
      await fc.assert(property, { numRuns: 500 })
    },
  )

  test('given anything as id, options or decision is answered, or names it before anything is sent', async () => {
    const property = fc.asyncProperty(ANYTHING, fc.constantFrom(one, two), async (box, limiter) => {
      const value = box()
      const any = value as never
      if (value !== undefined && !isPlain(value)) {
        for (const call of [limiter.limit('id', any), limiter.peek('id', any), limiter.reset('id', any)]) {
          await expectNamedBeforeSent(() => call, 'options')
        }
      }
      await expectNamedBeforeSent(() => limiter.reset('id', { signal: any }), 'signal')
      await expectNamedBeforeSent(() => limiter.refund(any), 'decision')
      for (const method of ['limit', 'peek', 'isAllowed', 'reset'] as const) {
        await expectNamedBeforeSent(() => limiter[method](any), 'id')
      }
      const decision = await limiter.limit(`id ${Math.random()}`, { cost: 2 })
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
