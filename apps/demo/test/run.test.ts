import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { expect, test } from 'vitest'
import { runClassic } from '../src/classic.ts'
import { startLimiters } from '../src/fleet.ts'
import { runDemo } from '../src/run.ts'
import { recordingPage } from './recording-page.ts'

const PLAN = { limit: 5, windowMs: 200, windows: 3, calls: [8, 4, 2] }

/** All its counters are lost so often that no window is spared, though many calls may travel in one take. */
class ForgetfulStore implements CounterStore {
  #memory = new MemoryStore()
  #takes = 0

  take(...args: Parameters<CounterStore['take']>): ReturnType<CounterStore['take']> {
    this.#takes += 1
    if (this.#takes % 2 === 0) this.#memory = new MemoryStore()
    return this.#memory.take(...args)
  }
  refund(...args: Parameters<CounterStore['refund']>): ReturnType<CounterStore['refund']> {
    return this.#memory.refund(...args)
  }
  clear(...args: Parameters<CounterStore['clear']>): ReturnType<CounterStore['clear']> {
    return this.#memory.clear(...args)
  }
}

async function run(store: CounterStore, signal = new AbortController().signal, page = recordingPage()) {
  const good = await runDemo({
    store,
    place: 'here',
    kindOfInstances: 'limiters',
    startFleet: (options) => startLimiters(store, options),
    plan: PLAN,
    page,
    signal,
  })
  return { good, text: page.text }
}

test('a store that counts right passes', async () => {
  const { good, text } = await run(new MemoryStore())
  // A machine that stands still for a while makes a window, or a minute, end where it should not.
  expect(text).toMatch(/(1 window,|2 windows, at most) 100 of 100 admitted.*, never more than the limit: ok/)
  expect(text).toMatch(/(1 window,|\d windows, at most) 5 of 5 admitted.*, never more than the limit: ok/)
  expect(good).toBe(true)
})

test('no line is wider than the page', async () => {
  const { text } = await run(new MemoryStore(), undefined, recordingPage(false, 59))
  expect(text.split('\n').filter((line) => line.length > 59)).toEqual([])
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(/ 100 of 100 admitted.*, never more than the limit: ok/)
})

test('a store that loses counters is found out', async () => {
  const { good, text } = await run(new ForgetfulStore())
  expect(text).toMatch(/FAILED: \d+ admitted .* more than the limit of 5/)
  expect(good).toBe(false)
})

test('a failing store ends the run with its error', async () => {
  const memory = new MemoryStore()
  const failing = { ...bound(memory), take: () => Promise.reject(new Error('gone')) }
  await expect(run(failing)).rejects.toThrow('the store failed')
})

test('a run can be aborted', async () => {
  const controller = new AbortController()
  const memory = new MemoryStore()
  const store: CounterStore = {
    ...bound(memory),
    take: (takes) => {
      const isPartTwo = takes.some(({ windows, cost }) => windows[0]?.windowMs === PLAN.windowMs && cost > 0)
      if (isPartTwo) controller.abort(new Error('enough'))
      return memory.take(takes)
    },
  }
  await expect(run(store, controller.signal)).rejects.toThrow('enough')
})

test('the classic part counts anew where the minute ends in its midst', async () => {
  // Each take takes 4 ms: two fall into the old minute.
  let now = 59_990
  const memory = new MemoryStore({ now: () => now })
  const store: CounterStore = {
    ...bound(memory),
    take: (takes) => {
      now += 4
      return memory.take(takes)
    },
  }
  const page = recordingPage()
  const limiter = new FixedWindowRateLimiter({ name: 'demo', store, limit: 100, window: '1m' })
  const verdict = await runClassic(limiter, page, new AbortController().signal)
  expect(page.text).toMatch(/call {3}2 {2}admitted.*\n.*The minute is over.*\n.*call {3}1 {2}admitted/)
  expect(page.text.match(/call 100 {2}admitted {2}remaining {2}0/g)).toHaveLength(1)
  expect(page.text.match(/call 10[1-5] {2}denied/g)).toHaveLength(5)
  expect(verdict).toEqual({
    ok: true,
    line: '2 windows, at most 100 of 100 admitted in one, never more than the limit: ok',
  })
})

function bound(store: CounterStore): CounterStore {
  return { take: (t) => store.take(t), refund: (r) => store.refund(r), clear: (c) => store.clear(c) }
}
