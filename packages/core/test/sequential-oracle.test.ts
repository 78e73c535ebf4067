import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Anchor,
  type Decision,
  FixedWindowRateLimiter,
  type Take,
  type TakeReply,
  type WindowDecision,
} from '../src/index.ts'
import { RecordingStore, T0 } from './support.ts'

// However calls are batched, shared out and delayed, the answers are those of one plain counter asked one by one.

interface OracleWindow {
  readonly limit: number
  readonly windowMs: number
  readonly anchor: Anchor
}
interface Ask {
  readonly kind: 'limit' | 'peek'
  readonly id: string
  readonly cost: number
  readonly limits: readonly number[] | undefined
}

/** The design's words as plain code: no batches, no `times`, no shared counters. */
class Oracle {
  readonly #windows: readonly OracleWindow[]
  readonly #counters = new Map<string, { used: number; resetAt: number }>()

  constructor(windows: readonly OracleWindow[]) {
    this.#windows = windows
  }

  ask({ kind, id, cost, limits }: Ask, now: number): object {
    const counters = this.#windows.map((window, i) => this.#counter(id, window, i, now))
    const limitOf = (i: number) => limits?.[i] ?? this.#windows[i]?.limit ?? 0
    const inTheWay = counters.map((counter, i) => counter.used + cost > limitOf(i))
    const allowed = !inTheWay.includes(true)
    if (allowed && kind === 'limit' && cost > 0) {
      counters.forEach((counter, i) => {
        counter.used += cost
        this.#counters.set(`${i} ${id}`, counter)
      })
    }
    const windows = counters.map(({ used, resetAt }, i): WindowDecision => {
      return { limit: limitOf(i), remaining: Math.max(0, limitOf(i) - used), resetAt, resetAfterMs: resetAt - now }
    })
    const waits = counters.map(({ resetAt }, i) => {
      if (!inTheWay[i]) return 0
      return cost > limitOf(i) ? Number.POSITIVE_INFINITY : resetAt - now
    })
    const retryAfterMs = Math.max(...waits)
    const least = Math.min(...windows.map((window) => window.remaining))
    const binding = windows[
      allowed ? windows.findIndex((window) => window.remaining === least) : waits.indexOf(retryAfterMs)
    ] as WindowDecision
    return { ...binding, allowed, id, cost, retryAfterMs, windows, source: 'store' }
  }

  /** Gives back what an admitted `ask` took. */
  refund(id: string, cost: number, resetAts: readonly number[], now: number): boolean {
    let any = false
    resetAts.forEach((resetAt, i) => {
      const counter = this.#counters.get(`${i} ${id}`)
      if (counter === undefined || counter.resetAt !== resetAt || resetAt <= now) return
      any ||= Math.min(counter.used, cost) > 0
      counter.used = Math.max(0, counter.used - cost)
    })
    return any
  }

  reset(id: string): void {
    this.#windows.forEach((_, i) => {
      this.#counters.delete(`${i} ${id}`)
    })
  }

  #counter(id: string, { windowMs, anchor }: OracleWindow, i: number, now: number): { used: number; resetAt: number } {
    const counter = this.#counters.get(`${i} ${id}`)
    if (counter !== undefined && counter.resetAt > now) return counter
    return { used: 0, resetAt: anchor === 'epoch' ? (Math.floor(now / windowMs) + 1) * windowMs : now + windowMs }
  }
}

/** Applies lists as they come, and answers each after so many turns. */
class SlowStore extends RecordingStore {
  readonly #delays: readonly number[]

  constructor(delays: readonly number[]) {
    super()
    this.#delays = delays
  }

  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    const delay = this.#delays[this.lists.length % this.#delays.length] ?? 0
    const replies = await super.take(takes)
    for (let i = 0; i < delay; i++) await new Promise((resolve) => setImmediate(resolve))
    return replies
  }
}

const oneWindow = fc.record({
  limit: fc.nat({ max: 25 }),
  windowMs: fc.constantFrom(10, 25, 1000),
  anchor: fc.constantFrom<Anchor>('epoch', 'first-hit'),
})

const history = fc
  .uniqueArray(oneWindow, { minLength: 1, maxLength: 3, selector: (w) => `${w.windowMs} ${w.anchor}` })
  .chain((windows) => {
    const limits = fc.array(fc.nat({ max: 30 }), { minLength: windows.length, maxLength: windows.length })
    const ask = fc.record({
      kind: fc.constantFrom('limit' as const, 'limit' as const, 'limit' as const, 'peek' as const),
      id: fc.constantFrom('a', 'b', '}x{'),
      cost: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.nat({ max: 5 }) }),
      limits: fc.option(limits, { nil: undefined, freq: 1 }),
    })
    const call = fc.record({ ask, turnsBefore: fc.constantFrom(0, 0, 0, 0, 0, 1, 3) })
    const burst = fc.record({
      calls: fc.array(call, { minLength: 1, maxLength: 30, size: 'max' }),
      advanceMs: fc.nat({ max: 30 }),
      refunds: fc.array(fc.nat(), { maxLength: 3 }),
      reset: fc.option(fc.constantFrom('a', 'b', '}x{'), { freq: 6, nil: undefined }),
    })
    return fc.record({
      windows: fc.constant(windows),
      delays: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 }),
      bursts: fc.array(burst, { minLength: 1, maxLength: 6 }),
    })
  })

test('calls that travel together are answered as if they had come one by one', async () => {
  let shared = 0
  let denied = 0
  await fc.assert(
    fc.asyncProperty(history, async ({ windows, delays, bursts }) => {
      const store = new SlowStore(delays)
      const oracle = new Oracle(windows)
      const options = windows.map(({ windowMs, ...rest }) => ({ ...rest, window: windowMs }))
      const limiter = new FixedWindowRateLimiter({ name: 'x', store, windows: options, deadlineMs: 60_000 })
      const refundable: { decision: Decision; ask: Ask; resetAts: number[] }[] = []
      for (const { calls, advanceMs, refunds, reset } of bursts) {
        const answers: Promise<Decision>[] = []
        const expected: object[] = []
        for (const { ask, turnsBefore } of calls) {
          for (let i = 0; i < turnsBefore; i++) await new Promise((resolve) => setImmediate(resolve))
          const { kind, id, cost, limits } = ask
          answers.push(limiter[kind](id, { cost, limit: limits }))
          expected.push(oracle.ask(ask, store.now))
        }
        const decisions = await Promise.all(answers)
        expect(decisions.map((decision) => ({ ...decision }))).toEqual(expected)
        denied += decisions.filter((decision) => !decision.allowed).length
        decisions.forEach((decision, i) => {
          const ask = calls[i]?.ask
          if (ask?.kind !== 'limit' || !decision.allowed || decision.source !== 'store') return
          refundable.push({ decision, ask, resetAts: decision.windows.map((window) => window.resetAt) })
        })
        store.now += advanceMs
        for (const pick of refunds) {
          const [one] = refundable.splice(pick % Math.max(1, refundable.length), 1)
          if (one === undefined) continue
          const gave = oracle.refund(one.ask.id, one.ask.cost, one.resetAts, store.now)
          expect(await limiter.refund(one.decision)).toBe(gave)
        }
        if (reset !== undefined) {
          oracle.reset(reset)
          await limiter.reset(reset)
        }
      }
      shared += store.lists.flat().filter((take) => take.times > 1).length
      expect(store.now).toBeGreaterThanOrEqual(T0)
    }),
    { numRuns: 1000 },
  )
  // Else the property would have shown nothing.
  expect(shared).toBeGreaterThan(1000)
  expect(denied).toBeGreaterThan(1000)
})
