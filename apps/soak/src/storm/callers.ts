import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Decision, LimitOptions } from '@rl/core'
import type { RecordedLimiter } from '../history/recorder.ts'
import { type Random, zipf } from '../random.ts'
import type { Policy } from './policies.ts'

/** The limiters of one client. */
export type Limiters = ReadonlyMap<Policy, RecordedLimiter>

const IDENTIFIERS = 24
export const IDS: readonly string[] = Array.from({ length: IDENTIFIERS }, (_, i) => `user_${i}`)

const MAX_BURST = 12
const PEEKS = 0.06
const BACK_OFF_MS = 25

const pickPlace = zipf(IDENTIFIERS, 1.1)

/** Makes calls one after the other, or in bursts, until told to stop. */
export async function callUntil(stopped: () => boolean, limiters: Limiters, random: Random): Promise<void> {
  const policies = [...limiters.keys()]
  while (!stopped()) {
    const policy = pickPolicy(policies, random)
    const limiter = limiters.get(policy)
    if (limiter === undefined) throw new Error(`no limiter for ${policy.name}`)
    const answered = await act(limiter, policy, random)
    // Without the store, answers come at once: nothing else would ever run.
    await (answered ? nextTurn() : sleep(BACK_OFF_MS))
  }
}

async function act(limiter: RecordedLimiter, policy: Policy, random: Random): Promise<boolean> {
  const id = IDS[pickPlace(random)] ?? ''
  if (random.chance(policy.resets)) return limiter.reset(id)
  const options = drawOptions(policy, random)
  if (random.chance(PEEKS)) return (await limiter.peek(id, options)) !== undefined
  const burst = random.chance(0.5) ? 1 : random.integer(2, MAX_BURST)
  const decisions = await Promise.all(Array.from({ length: burst }, () => limiter.limit(id, options)))
  for (const decision of decisions) {
    if (!decision?.allowed) continue
    if (random.chance(policy.refunds)) await limiter.refund(decision)
    else if (random.chance(policy.settles)) await settle(limiter, decision, random)
  }
  return decisions.every((decision) => decision !== undefined)
}

/** Most calls cost less than was reserved. Some cost more, which may pass the limit. */
function settle(limiter: RecordedLimiter, decision: Decision, random: Random): Promise<boolean> {
  const actual = random.integer(0, random.chance(0.8) ? 3 : 12)
  return random.chance(0.5) ? limiter.settle(decision, actual) : limiter.settleByReceipt(decision, actual)
}

function drawOptions({ plans, windows }: Policy, random: Random): LimitOptions {
  const cost = random.chance(0.7) ? 1 : random.integer(1, 3)
  const [plan, ...others] = plans
  if (plan === undefined || random.chance(0.6)) return { cost }
  const limits = random.pick([plan, ...others])
  const [only] = limits
  return { cost, limit: windows.length === 1 ? only : limits }
}

function pickPolicy(policies: readonly Policy[], random: Random): Policy {
  let left = random.fraction()
  for (const policy of policies) {
    left -= policy.share
    if (left < 0) return policy
  }
  return policies[0] as Policy
}
