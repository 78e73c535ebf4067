import { type Decision, type FastPathFactory, FixedWindowRateLimiter } from '@rl/core'
import { picker, random } from '../random.ts'
import type { Network } from './network.ts'

/** Never: a simulated call is not late because the machine is slow. */
const NO_DEADLINE = 2 ** 31 - 1

export interface Limits {
  readonly limit: number
  readonly windowMs: number
  readonly fastPaths?: readonly FastPathFactory[]
}

/** Calls that come by themselves, however long the answers take. */
export interface Calls {
  readonly perSecond: number
  readonly forMs: number
  /** Of the calls, for each identifier and for each host. */
  readonly identifiers: readonly number[]
  readonly hosts: readonly number[]
  readonly seed: number
}

export interface Answered {
  readonly calledAt: number
  readonly identifier: number
  readonly decision: Decision
}

export type SimulatedLimiter = FixedWindowRateLimiter<'throw'>

/** A host's limiter: the library's own, over the network. */
export function hostOn(network: Network, { limit, windowMs, fastPaths = [] }: Limits): SimulatedLimiter {
  return new FixedWindowRateLimiter({
    name: 'api',
    store: network.remote(),
    limit,
    window: windowMs,
    deadlineMs: NO_DEADLINE,
    fastPaths,
  })
}

/** Hands out every answer; resolves once all are there. */
export async function openLoop(
  network: Network,
  limits: Limits,
  calls: Calls,
  answered: (answer: Answered) => void,
): Promise<void> {
  const draw = random(calls.seed)
  const pickIdentifier = picker(calls.identifiers, draw)
  const pickHost = picker(calls.hosts, draw)
  const limiters = calls.hosts.map(() => hostOn(network, limits))
  const waiting = new Set<Promise<void>>()
  const end = network.now + calls.forMs
  const gap = (): number => (-Math.log(1 - draw()) * 1000) / calls.perSecond
  for (let at = network.now + gap(); at < end; at += gap()) {
    await network.passUntil(at)
    const identifier = pickIdentifier()
    const limiter = limiters[pickHost()]
    if (limiter === undefined) throw new Error('there is no such host')
    const calledAt = network.now
    const answer = limiter.limit(`user_${identifier}`).then((decision) => {
      waiting.delete(answer)
      answered({ calledAt, identifier, decision })
    })
    waiting.add(answer)
    // Each call comes in a turn alone, and time goes on once that is over.
    await network.settled()
  }
  while (waiting.size > 0) await network.passUntil(network.now + 1)
}
