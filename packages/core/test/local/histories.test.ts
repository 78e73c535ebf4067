import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { Anchor, Decision, FixedWindowRateLimiter, LeaseOptions } from '../../src/index.ts'
import { T0 } from '../support.ts'
import { SlowStore } from './slow-store.ts'

// Whatever several processes with leases and deny caches do, and however long commands and answers take, no window admits
// more than its limit, and none is served or denied by after its end.

afterEach(() => {
  vi.restoreAllMocks()
})

type Counted = Exclude<Decision, { source: 'failure-policy' }>

const IDS = ['a', 'b', '}x{']

const windowOptions = fc.record({
  limit: fc.oneof(fc.nat({ max: 30 }), fc.integer({ min: 20, max: 200 })),
  window: fc.constantFrom<number>(40, 150, 1000),
  anchor: fc.constantFrom<Anchor>('epoch', 'first-hit'),
})

const oneOrMore = fc.uniqueArray(windowOptions, {
  minLength: 1,
  maxLength: 3,
  selector: (w) => `${w.window} ${w.anchor}`,
})
const lease = fc.record({ share: fc.constantFrom(0.1, 0.5, 1), maxAgeMs: fc.constantFrom(5, 50, 1000) })

const call = fc.record({
  op: fc.constant('call' as const),
  by: fc.nat({ max: 2 }),
  id: fc.constantFrom('a', 'a', 'a', 'a', 'b', '}x{'),
  cost: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.nat({ max: 6 }) }),
  /** So many at once, or one after another as far as they are answered at once. */
  count: fc.constantFrom(1, 1, 2, 5, 20),
  plan: fc.constantFrom<number>(0, 0, 0, 0, 0, 0, 0, -3, 4),
  peek: fc.constantFrom(false, false, false, false, true),
})
const pass = fc.record({ op: fc.constant('pass' as const), ms: fc.constantFrom(0.2, 0.2, 0.9, 3, 3, 10, 40) })
const arrive = fc.record({ op: fc.constant('arrive' as const), pick: fc.nat({ max: 3 }) })
const answer = fc.record({ op: fc.constant('answer' as const), pick: fc.nat({ max: 3 }) })
const settle = fc.record({ op: fc.constant('settle' as const) })
const refund = fc.record({ op: fc.constant('refund' as const), pick: fc.nat() })
const reset = fc.record({ op: fc.constant('reset' as const), id: fc.constantFrom(...IDS) })

const busy = [call, call, call, call, call, pass, arrive, answer, settle, settle, settle]

function histories(...more: (typeof refund | typeof reset)[]) {
  return fc.record({
    windows: oneOrMore,
    leases: fc.array(lease, { minLength: 3, maxLength: 3 }),
    steps: fc.array(fc.oneof(...busy, ...more), { minLength: 1, maxLength: 80, size: 'max' }),
  })
}

type History = typeof histories extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never

/** What was seen over all histories of a property: else it might have shown nothing. */
interface Seen {
  lease: number
  'deny-cache': number
  store: number
  denied: number
  refunds: number
  resets: number
}
const unseen = (): Seen => ({ lease: 0, 'deny-cache': 0, store: 0, denied: 0, refunds: 0, resets: 0 })

/** Plays a history and watches every answer. */
class Play {
  readonly store: SlowStore = new SlowStore(T0)
  readonly #history: History
  readonly #seen: Seen
  readonly #limiters: readonly FixedWindowRateLimiter[]
  /** Units admitted and not refunded, by identifier, window and its end, since the latest reset. */
  readonly admitted: Map<string, number> = new Map()
  readonly #resets = new Map<string, number>()
  readonly #resetting = new Map<string, number>()
  readonly #refundable: { decision: Counted; by: FixedWindowRateLimiter }[] = []
  #most: readonly number[]

  constructor(history: History, processes: number, seen: Seen) {
    this.#history = history
    this.#seen = seen
    this.#limiters = history.leases
      .slice(0, processes)
      .map((options: LeaseOptions) =>
        this.store.limiter({ windows: history.windows, lease: options, denyCache: { maxAgeMs: options.maxAgeMs } }),
      )
    this.#most = history.windows.map(({ limit }) => limit)
  }

  async run(): Promise<void> {
    const waiting: Promise<void>[] = []
    for (const step of this.#history.steps) {
      if (step.op === 'call') for (let i = 0; i < step.count; i++) waiting.push(this.#call(step))
      else if (step.op === 'pass') this.store.pass(step.ms)
      else if (step.op === 'arrive') await this.store.arrive(step.pick)
      else if (step.op === 'answer') this.store.answer(step.pick)
      else if (step.op === 'settle') await this.#settle()
      else if (step.op === 'refund') waiting.push(this.#refund(step.pick))
      else waiting.push(this.#reset(step.id))
      // A failed check is told at the end.
      for (const each of waiting) each.catch(() => {})
      await turn()
    }
    let over = false
    const all = Promise.all(waiting).finally(() => {
      over = true
    })
    all.catch(() => {})
    while (!over) await this.#settle()
    await all
  }

  async #settle(): Promise<void> {
    do {
      this.store.pass(0.1)
      await this.store.arrive(0)
      this.store.answer(0)
      await turn()
    } while (!this.store.idle)
  }

  async #call({ by, id, cost, plan, peek }: Extract<History['steps'][number], { op: 'call' }>): Promise<void> {
    const limiter = this.#limiters[by % this.#limiters.length]
    if (limiter === undefined) throw new Error('no such limiter')
    const limits = this.#history.windows.map(({ limit }) => Math.max(0, limit + plan))
    if (plan > 0 && !peek) this.#most = this.#most.map((most, i) => Math.max(most, limits[i] ?? 0))
    const resets = (this.#resetting.get(id) ?? 0) > 0 ? -1 : this.#resets.get(id)
    const options = plan === 0 ? { cost } : { cost, limit: limits }
    const decision = await (peek ? limiter.peek(id, options) : limiter.limit(id, options))
    this.#check(decision, limits, peek)
    if (peek || !decision.allowed) return
    this.#refundable.push({ decision, by: limiter })
    if (resets === this.#resets.get(id)) this.#count(decision, cost)
  }

  #check(decision: Counted, limits: readonly number[], peek: boolean): void {
    const { source, allowed, windows, retryAfterMs } = decision
    this.#seen[source as 'store']++
    if (!allowed) this.#seen.denied++
    windows.forEach(({ limit, remaining }, i) => {
      expect(limit).toBe(limits[i])
      expect(remaining).toBeGreaterThanOrEqual(0)
      expect(remaining).toBeLessThanOrEqual(limit)
    })
    if (source === 'store') return
    expect(peek).toBe(false)
    expect(decision.cost > 0 || source === 'deny-cache').toBe(true)
    // Not one window may be over by the store's clock.
    for (const { resetAt } of windows) expect(this.store.now).toBeLessThan(resetAt)
    if (allowed || retryAfterMs === Number.POSITIVE_INFINITY) return
    expect(this.store.now + retryAfterMs).toBeGreaterThanOrEqual(decision.resetAt)
  }

  #count(decision: Counted, units: number): void {
    decision.windows.forEach(({ resetAt }, i) => {
      const key = `${decision.id} ${i} ${resetAt}`
      const now = (this.admitted.get(key) ?? 0) + units
      this.admitted.set(key, now)
      expect(now).toBeLessThanOrEqual(this.#most[i] ?? 0)
    })
  }

  async #refund(pick: number): Promise<void> {
    const [one] = this.#refundable.splice(pick % Math.max(1, this.#refundable.length), 1)
    if (one === undefined) return
    const { decision, by } = one
    const open = decision.windows.map(({ resetAt }) => resetAt > this.store.now)
    // From now on others may be admitted for it.
    decision.windows.forEach(({ resetAt }, i) => {
      const key = `${decision.id} ${i} ${resetAt}`
      if (open[i]) this.admitted.set(key, (this.admitted.get(key) ?? 0) - decision.cost)
    })
    if (await by.refund(decision)) this.#seen.refunds++
  }

  async #reset(id: string): Promise<void> {
    this.#seen.resets++
    this.#resetting.set(id, (this.#resetting.get(id) ?? 0) + 1)
    this.#resets.set(id, (this.#resets.get(id) ?? 0) + 1)
    await this.#limiters[0]?.reset(id)
    this.#resetting.set(id, (this.#resetting.get(id) ?? 0) - 1)
    // Only what is asked from now on counts.
    for (const key of this.admitted.keys()) if (key.startsWith(`${id} `)) this.admitted.delete(key)
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('several processes together never admit more than the limit', async () => {
  const seen = unseen()
  await fc.assert(
    fc.asyncProperty(histories(refund), fc.integer({ min: 1, max: 3 }), async (history, processes) => {
      await new Play(history, processes, seen).run()
    }),
    { numRuns: 600 },
  )
  expect(seen.lease).toBeGreaterThan(500)
  expect(seen['deny-cache']).toBeGreaterThan(1000)
  expect(seen.denied).toBeGreaterThan(1000)
  expect(seen.refunds).toBeGreaterThan(200)
})

test('nor does one that resets its identifiers, in the count after a reset', async () => {
  const seen = unseen()
  await fc.assert(
    fc.asyncProperty(histories(reset, reset), async (history) => {
      await new Play(history, 1, seen).run()
    }),
    { numRuns: 600 },
  )
  expect(seen.lease).toBeGreaterThan(200)
  expect(seen.resets).toBeGreaterThan(1000)
})

test('no more stays unused than the share of each process', async () => {
  const seen = unseen()
  let idle = 0
  const longWindow = histories().map((history) => {
    const [window] = history.windows
    const steps = history.steps.map((step) => (step.op === 'call' ? { ...step, plan: 0 } : step))
    return { ...history, steps, windows: [{ limit: 100, ...window, window: 3_600_000, anchor: 'epoch' as const }] }
  })
  await fc.assert(
    fc.asyncProperty(longWindow, fc.integer({ min: 1, max: 3 }), async (history, processes) => {
      const play = new Play(history, processes, seen)
      await play.run()
      const limit = history.windows[0]?.limit ?? 0
      const shares = history.leases.slice(0, processes).reduce((sum, { share }) => sum + Math.floor(share * limit), 0)
      for (const id of IDS) {
        const reader = play.store.limiter({ windows: history.windows })
        const reading = reader.peek(id)
        await turn()
        await play.store.arrive(0)
        play.store.answer(0)
        const { remaining } = await reading
        const admitted = [...play.admitted].find(([key]) => key.startsWith(`${id} `))?.[1] ?? 0
        const unused = limit - remaining - admitted
        if (unused > 0) idle++
        expect(unused).toBeGreaterThanOrEqual(0)
        expect(unused).toBeLessThanOrEqual(shares)
      }
    }),
    { numRuns: 600 },
  )
  expect(idle).toBeGreaterThan(100)
})
