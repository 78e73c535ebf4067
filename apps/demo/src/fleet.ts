import type { CounterStore } from '@rl/core'
import type { Answer } from './answer.ts'
import { askThroughout } from './ask.ts'
import { type Plan, sharedLimiter } from './plan.ts'

type Report = (instance: number, answer: Answer) => void

/** Instances that are ready to ask. */
export interface Fleet {
  /** The instances' names, in order. */
  readonly instances: readonly string[]
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
  return {
    instances: limiters.map((_, i) => letter(i)),
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
