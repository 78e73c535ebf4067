import { setTimeout as sleep } from 'node:timers/promises'
import type { FixedWindowRateLimiter } from '@rl/core'
import { type Answer, counted } from './answer.ts'
import { callTimes, type Plan } from './plan.ts'

/** All instances ask for the same one. */
const WHO = 'everyone'

/**
 * One instance's traffic: asks at its times whether or not earlier answers came, and reports each answer. Resolves when all
 * have come; rejects at the first that fails.
 */
export async function askThroughout(
  limiter: FixedWindowRateLimiter,
  plan: Plan,
  instance: number,
  report: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const start = performance.now()
  const asked: Promise<void>[] = []
  const ask = async (): Promise<void> => {
    try {
      const { allowed, resetAt } = counted(await limiter.limit(WHO))
      report({ allowed, resetAt })
    } catch (error) {
      failed.abort(error)
    }
  }
  try {
    for (const time of callTimes(plan, instance)) {
      const waitMs = start + time - performance.now()
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: stop })
      stop.throwIfAborted()
      asked.push(ask())
    }
    await Promise.all(asked)
    stop.throwIfAborted()
  } catch (error) {
    throw stop.aborted ? stop.reason : error
  }
}

/** Resolves when a new window begins by the store's clock, which only `resetAt` tells. Takes nothing. */
export async function nextWindow(
  limiter: FixedWindowRateLimiter,
  { windowMs }: Plan,
  signal: AbortSignal,
): Promise<void> {
  const { resetAt } = counted(await limiter.peek(WHO))
  while (counted(await limiter.peek(WHO)).resetAt === resetAt) {
    await sleep(windowMs / 50, undefined, { signal })
  }
}
