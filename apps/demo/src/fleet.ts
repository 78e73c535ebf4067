import type { CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { type Answer, counted, type ShownDecision } from './answer.ts'
import { askThroughout } from './ask.ts'
import { classicLimiter, type Plan, sharedLimiter, USER } from './plan.ts'

type Report = (instance: number, answer: Answer) => void

/** Instances that are ready to ask. */
export interface Fleet {
  /** The instances' names, in order. */
  readonly instances: readonly string[]
  /** Lets one of them make a call of part one. */
  call(instance: number): Promise<ShownDecision>
  /** Lets all of them ask as planned. Resolves when all answers have been reported. */
  ask(report: Report, signal: AbortSignal): Promise<void>
  /** Ends all of them. */
  stop(): Promise<void>
}

/** Settings that all instances of a fleet share. */
export interface FleetOptions {
  /** The limiters' name. */
  readonly name: string
  readonly plan: Plan
}

/** Limiters in this process that share one store. */
export function startLimiters(store: CounterStore, { name, plan }: FleetOptions): Fleet {
  const limiters = plan.calls.map(() => sharedLimiter(name, store, plan))
  const classic = plan.calls.map(() => classicLimiter(name, store))
  return {
    instances: limiters.map((_, i) => letter(i)),
    call: async (instance) => counted(await (classic[instance] as FixedWindowRateLimiter).limit(USER)),
    ask: async (report, signal) => {
      const failed = new AbortController()
      const stop = AbortSignal.any([signal, failed.signal])
      const asking = limiters.map((limiter, i) =>
        askThroughout(limiter, plan, i, (answer) => report(i, answer), stop).catch((error: unknown) => {
          failed.abort(error)
          throw error
        }),
      )
      await Promise.allSettled(asking)
      await Promise.all(asking)
    },
    stop: async () => {},
  }
}

export function letter(instance: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + instance)
}
