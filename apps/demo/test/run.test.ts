import type { CounterStore, Operation } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { expect, test } from 'vitest'
import { runClassic } from '../src/classic.ts'
import { startLimiters } from '../src/fleet.ts'
import { classicLimiter } from '../src/plan.ts'
import { runDemo } from '../src/run.ts'
import { recordingPage } from './recording-page.ts'

const PLAN = { limit: 5, windowMs: 200, windows: 3, calls: [8, 4, 2] }

/** Loses all its counters with every second command: often enough for each window, though a command may carry many calls. */
class ForgetfulStore implements CounterStore {
  #memory = new MemoryStore()
  #commands = 0

  apply(operations: readonly Operation[]): ReturnType<CounterStore['apply']> {
    this.#commands += 1
    if (this.#commands % 2 === 0) this.#memory = new MemoryStore()
    return this.#memory.apply(operations)
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
  expect(text).toMatch(/What to try next\n\n {3}npx --yes pnpm@12 playground /)
})

test('no line is wider than the page', async () => {
  const { text } = await run(new MemoryStore(), undefined, recordingPage(false, 59))
  expect(text.split('\n').filter((line) => line.length > 59)).toEqual([])
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(/ 100 of 100 admitted.*, never more than the limit: ok/)
})

test('a store that loses counters is found out', async () => {
  const { good, text } = await run(new ForgetfulStore())
  expect(text).toMatch(/FAILED: \d+ admitted .* more than the limit of 5/)
  expect(text).not.toContain('What to try next')
  expect(good).toBe(false)
})

test('a failing store ends the run with its error', async () => {
  const failing: CounterStore = { apply: () => Promise.reject(new Error('gone')) }
  await expect(run(failing)).rejects.toThrow('the store failed')
})

test('a run can be aborted', async () => {
  const controller = new AbortController()
  const memory = new MemoryStore()
  const store: CounterStore = {
    apply: (operations) => {
      if (operations.some(isOfPartTwo)) controller.abort(new Error('enough'))
      return memory.apply(operations)
    },
  }
  await expect(run(store, controller.signal)).rejects.toThrow('enough')
})

test('the classic part counts anew where the minute ends in its midst', async () => {
  // Each command takes 4 ms: two fall into the old minute.
  let now = 59_990
  const memory = new MemoryStore({ now: () => now })
  const store: CounterStore = {
    apply: (operations) => {
      now += 4
      return memory.apply(operations)
    },
  }
  const page = recordingPage()
  const fleet = startLimiters(store, { name: 'demo', plan: PLAN })
  const observer = classicLimiter('demo', store)
  const verdict = await runClassic({ fleet, observer, page, signal: new AbortController().signal })
  expect(page.text).toMatch(/B {2}call {3}2 {2}admitted.*\n.*The minute is over.*\n.*C {2}call {3}1 {2}admitted/)
  expect(page.text.match(/call 100 {2}admitted {2}remaining {2}0/g)).toHaveLength(1)
  expect(page.text.match(/call 10[1-5] {2}denied/g)).toHaveLength(5)
  expect(verdict).toEqual({
    ok: true,
    line: '2 windows, at most 100 of 100 admitted in one, never more than the limit: ok',
  })
})

/** A call of the second part, and not one of those that only look when the window begins. */
function isOfPartTwo(operation: Operation): boolean {
  if (operation.kind !== 'take') return false
  const [window] = operation.windows
  return window?.anchor !== 'calendar' && window?.windowMs === PLAN.windowMs && operation.costs.some((cost) => cost > 0)
}
