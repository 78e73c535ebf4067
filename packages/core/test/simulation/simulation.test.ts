import { afterAll, beforeAll, expect, test } from 'vitest'
import { runtime } from '../../src/dispatch/runtime.ts'
import { runHistories } from './run.ts'

// Limiter, dispatcher, store, network and clock in one process. A seed decides the order of all events, and after each event
// everything that happened is held against a plain counter. `pnpm simulate-core --history 42`
// replays the history of one seed, step by step.

const CALLS = Number(process.env.SIMULATED_CALLS ?? (process.env.RL_THOROUGH ? 1_000_000 : 100_000))
const FIRST_SEED = Number(process.env.SIMULATION_SEED ?? 1)

const before = { ...runtime }
const { stackTraceLimit } = Error

beforeAll(() => {
  Error.stackTraceLimit = 0 // many errors are made, and nobody looks where
})

afterAll(() => {
  Object.assign(runtime, before)
  Error.stackTraceLimit = stackTraceLimit
})

test(`${CALLS} calls are answered as the contract says, whatever happens around them`, {
  timeout: 600_000,
}, async () => {
  const { statistics, found } = await runHistories(FIRST_SEED, { calls: CALLS })
  expect(found, found && `${found.error}\nreplay it alone: pnpm simulate-core --history ${found.seed}`).toBeUndefined()
  // A case that was not met was not checked.
  const share = (count: number | undefined): number => (count ?? 0) / statistics.calls
  const { bySource, byOutcome } = statistics
  expect(share(bySource['store allowed'])).toBeGreaterThan(0.3)
  expect(share(bySource['store denied'])).toBeGreaterThan(0.08)
  expect(share(bySource['fallback allowed'])).toBeGreaterThan(0.005)
  expect(share(bySource['lease allowed'])).toBeGreaterThan(0.002)
  expect(share(bySource['deny-cache denied'])).toBeGreaterThan(0.003)
  expect(share(byOutcome['not-executed'])).toBeGreaterThan(0.02)
  expect(share(byOutcome.unknown)).toBeGreaterThan(0.02)
  expect(share(statistics.aborts)).toBeGreaterThan(0.02)
  expect(share(statistics.sentAgain)).toBeGreaterThan(0.02)
  expect(share(statistics.refunds)).toBeGreaterThan(0.003)
  expect(share(statistics.settlements)).toBeGreaterThan(0.003)
  expect(share(statistics.resets)).toBeGreaterThan(0.002)
  expect(share(statistics.drains)).toBeGreaterThan(0.001)
  expect(share(statistics.breakersOpened)).toBeGreaterThan(0.0005)
})
