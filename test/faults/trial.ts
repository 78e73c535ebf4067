import type { CounterStore } from '@rl/core'
import { expect } from 'vitest'
import { audit, type Counted, type Losses } from './audit.ts'
import { Traffic } from './traffic.ts'

/** The measurements under a fault. Recorded, not asserted, as a busy machine takes what time it likes. */
export interface Figures {
  readonly calls: number
  readonly failed: number
  /** By how much a call settled after its deadline, at most. */
  readonly latestMs: number
  /** From the end of the fault until no call failed any more. */
  readonly recoveredMs: number
  /** Units admitted of one identifier beyond its limit, at most. */
  readonly overAdmitted: number
}

/** Servers, and a way to them. */
interface Scene {
  /** A store over a new client; the one before is closed. */
  connect(patience: { readonly socketTimeout?: number }): Promise<CounterStore>
  /** The stored counters of a limiter's identifiers. */
  counted(name: string): Promise<ReadonlyMap<string, Counted>>
}

/** The calls' expected results while a fault lasts. */
export interface Expected extends Losses {
  /**
   * - `'none'`: all are answered;
   * - `'not-executed'`: some fail, all of them with proof that nothing was charged;
   * - `'unknown'`: some fail without proof;
   * - `'any'`: whether some fail is up to chance.
   */
  readonly failures: 'none' | 'not-executed' | 'unknown' | 'any'
  /** The words that at least one of them has. */
  readonly saying?: string
  /** Default: 250, or 10 000 where the server says by itself that nothing ran. */
  readonly deadlineMs?: number
  /** Whether a breaker spares calls the wait for a store that does not answer. Default: true. */
  readonly breaker?: boolean
  /** Happens when the client is connected, before the first call. */
  readonly prepare?: (traffic: Traffic) => Promise<unknown>
}

/**
 * Lets a fault strike while callers ask, and lift again. Fails unless every call settled meanwhile, nothing was admitted
 * beyond the limits or charged twice, every counter ends, failures were honest, and calls succeed again by themselves.
 *
 * @param strike returns when the fault is over.
 */
export async function trial(
  scene: Scene,
  strike: (traffic: Traffic) => Promise<unknown>,
  expected: Expected,
): Promise<Figures> {
  const { failures, saying, breaker = true } = expected
  const told = failures === 'not-executed'
  const { deadlineMs = told ? 10_000 : 250 } = expected
  const store = await scene.connect(told ? { socketTimeout: 10_000 } : {})
  const traffic = new Traffic(store, { deadlineMs, breaker })
  await expected.prepare?.(traffic)
  await traffic.start()
  await strike(traffic)
  const recoveredMs = await traffic.recovery()
  await traffic.turnOver()
  await traffic.stop()

  expect(traffic.surprises).toEqual([])
  const { violations, overAdmitted } = audit(await scene.counted(traffic.name), traffic, expected)
  expect(violations.join('\n')).toBe('')
  // Where nothing was lost, nothing was shown.
  if (expected.losses !== undefined) expect(overAdmitted).toBeGreaterThan(0)
  const outcomes = new Set(traffic.failures.map(({ outcome }) => outcome))
  if (failures === 'none') expect(traffic.failures).toEqual([])
  if (failures === 'unknown') expect(outcomes).toContain('unknown')
  if (failures === 'not-executed') expect(outcomes).toEqual(new Set(['not-executed']))
  if (saying !== undefined) expect(new Set(traffic.failures.map(({ message }) => message))).toContain(saying)
  const { calls, latestMs } = traffic
  return { calls, failed: traffic.failures.length, latestMs, recoveredMs, overAdmitted }
}
