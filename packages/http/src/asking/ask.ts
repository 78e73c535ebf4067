import { type Decision, type DecisionSource, type RateLimiter, StoreError } from '@rl/core'
import type { Question } from './question.ts'

/** How a limiter answered a question, if it was asked at all and could. */
export interface Answer {
  readonly question: Question
  readonly decision: Decision | undefined
  /** Whether the units of the decision were given back since. */
  readonly givenBack: boolean
}

/** Gives an admitted decision's units back; whether any came back. Never rejects. */
export type GiveBack = (limiter: RateLimiter, decision: Decision) => Promise<boolean>

/** For a limiter that failed, and under `onStoreError: 'throw'` has no decision to say so with. */
const UNAVAILABLE_RETRY_MS = 1000

const STORE_LEFT_ALONE: readonly DecisionSource[] = ['deny-cache', 'wait-queue', 'failure-policy']

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
  const rollBack = (): Promise<readonly boolean[]> =>
    Promise.all(
      questions.map(({ limiter }, i) => {
        const decision = decisions[i]
        return decision?.allowed ? giveBack(limiter, decision) : false
      }),
    )
  let givenBack: readonly boolean[] = []
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
    const isStoreAsked = !STORE_LEFT_ALONE.includes(decision.source)
    const rolledBack = rollBack() // before the peeks, which took nothing
    const peek = async ({ limiter, key, options }: Question, i: number): Promise<void> => {
      decisions[i] ??= await limiter.peek(key, options)
    }
    // Answers that can't be had are left out: the request is denied either way.
    if (isStoreAsked) await Promise.allSettled(questions.map(peek))
    givenBack = await rolledBack
    break
  }
  return questions.map((question, i) => ({ question, decision: decisions[i], givenBack: Boolean(givenBack[i]) }))
}

async function ask({ limiter, key, options }: Question, storeErrors: 'throw' | 'unavailable'): Promise<Decision> {
  try {
    return await limiter.limit(key, options)
  } catch (error) {
    if (storeErrors === 'throw' || !(error instanceof StoreError)) throw error
    const cost = options?.cost ?? 1
    return { allowed: false, id: key, cost, retryAfterMs: UNAVAILABLE_RETRY_MS, source: 'failure-policy', error }
  }
}
