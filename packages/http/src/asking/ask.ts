import { type Decision, type RateLimiter, StoreError } from '@rl/core'
import type { Question } from './question.ts'

/** How a limiter answered a question, if it was asked at all and could. */
export interface Answer {
  readonly question: Question
  readonly decision: Decision | undefined
  /** Whether the units of the decision were given back since. */
  readonly givenBack?: boolean | undefined
}

/** Gives an admitted decision's units back; whether any came back. Never rejects. */
export type GiveBack = (limiter: RateLimiter, decision: Decision) => Promise<boolean>

/**
 * Asks one limiter after the other, so that a denial costs the limiters after it nothing, and gives back what those before it
 * took. Limiters after a denial are peeked at, so that the client learns of all that it has to wait for. Not after a denial from
 * the deny cache or a wait queue, whose point is to leave the store alone, or from a failing store.
 *
 * @param order The places of the questions in the order of asking. The one that denied last is moved to the front: a flood is
 *   denied before units of the other limiters are taken, wherever the application put the limiter that denies.
 * @param storeErrors What to do about a limiter that rejects with a `StoreError`: reject as well, or count it as a denial.
 * @returns the answers in the order of the questions.
 */
export async function askAll(
  questions: readonly Question[],
  order: number[],
  storeErrors: 'throw' | 'unavailable',
  giveBack: GiveBack,
): Promise<readonly Answer[]> {
  const decisions: (Decision | undefined)[] = []
  const rollBack = () =>
    Promise.all(
      decisions.map((decision, i) => decision?.allowed && giveBack((questions[i] as Question).limiter, decision)),
    )
  let givenBack: readonly (boolean | undefined)[] = []
  // A copy: other requests change the order meanwhile.
  for (const place of [...order]) {
    let decision: Decision
    try {
      decision = await ask(questions[place] as Question, storeErrors)
    } catch (error) {
      await rollBack()
      throw error
    }
    decisions[place] = decision
    if (decision.allowed) continue
    order.unshift(...order.splice(order.indexOf(place), 1))
    const rolledBack = rollBack() // before the peeks, which took nothing
    if (decision.source === 'store' || decision.source === 'fallback') {
      const peeks = questions.map(async ({ limiter, key, options }, i) => {
        decisions[i] ??= await limiter.peek(key, options)
      })
      await Promise.allSettled(peeks) // answers that can't be had are left out: the request is denied either way
    }
    givenBack = await rolledBack
    break
  }
  return questions.map((question, i) => ({ question, decision: decisions[i], givenBack: givenBack[i] }))
}

async function ask({ limiter, key, options }: Question, storeErrors: 'throw' | 'unavailable'): Promise<Decision> {
  try {
    return await limiter.limit(key, options)
  } catch (error) {
    if (storeErrors === 'throw' || !(error instanceof StoreError)) throw error
    // Under `onStoreError: 'throw'`, the limiter has no decision to say so with.
    return { allowed: false, id: key, cost: options?.cost ?? 1, retryAfterMs: 1000, source: 'failure-policy', error }
  }
}
