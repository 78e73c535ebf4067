import { type Decision, StoreError } from '@rl/core'
import type { Question } from './question.ts'

/** How a limiter answered a question, if it was asked at all and could. */
export interface Answer {
  readonly question: Question
  readonly decision: Decision | undefined
  /** Whether the units of the decision were given back since. */
  readonly givenBack: boolean
}

/** Gives an admitted decision's units back; whether any came back. Never rejects. */
export type GiveBack = (question: Question, decision: Decision) => Promise<boolean>

/** For a limiter that failed, and under `onStoreError: 'throw'` has no decision of its own to say so with. */
const UNAVAILABLE_RETRY_MS = 1000

/**
 * Asks one limiter after the other, so that a denial costs those behind it nothing, and gives back what those before it took.
 * Those behind are peeked at: the client shall hear of all that it has to wait for. Not after a denial from the deny cache,
 * whose point is to leave the store alone, or from a failing store.
 *
 * @param storeErrors What to do about a limiter that rejects with a `StoreError`: reject as well, or count it as a denial.
 */
export async function askAll(
  questions: readonly Question[],
  storeErrors: 'throw' | 'unavailable',
  giveBack: GiveBack,
): Promise<readonly Answer[]> {
  const decisions: Decision[] = []
  const rollBack = (): Promise<readonly boolean[]> =>
    Promise.all(questions.slice(0, decisions.length).map((question, i) => undo(question, decisions[i], giveBack)))
  for (const question of questions) {
    let decision: Decision
    try {
      decision = await ask(question, storeErrors)
    } catch (error) {
      await rollBack()
      throw error
    }
    decisions.push(decision)
    if (!decision.allowed) {
      const behind = decision.source !== 'deny-cache' && decision.source !== 'failure-policy'
      const peeks = questions.slice(decisions.length).map((each) => (behind ? peekAt(each) : undefined))
      const [givenBack, peeked] = await Promise.all([rollBack(), Promise.all(peeks)])
      const all = [...decisions, ...peeked]
      return questions.map((each, i) => ({ question: each, decision: all[i], givenBack: givenBack[i] ?? false }))
    }
  }
  return questions.map((question, i) => ({ question, decision: decisions[i], givenBack: false }))
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

/** What can't be learnt is left out: the request is denied either way. */
async function peekAt({ limiter, key, options }: Question): Promise<Decision | undefined> {
  try {
    return await limiter.peek(key, options)
  } catch {
    return undefined
  }
}

async function undo(question: Question, decision: Decision | undefined, giveBack: GiveBack): Promise<boolean> {
  return decision?.allowed ? giveBack(question, decision) : false
}
