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
 * In which order limiters are asked: the one that denied last comes first. Whoever is flooding is denied before units of the other
 * limiters are taken, wherever the application put the limiter that denies.
 */
export class AskingOrder {
  #places: readonly number[]

  /** @param count How many limiters there are. */
  constructor(count: number) {
    this.#places = Array.from({ length: count }, (_, place) => place)
  }

  get places(): readonly number[] {
    return this.#places
  }

  denied(place: number): void {
    if (this.#places[0] !== place) this.#places = [place, ...this.#places.filter((other) => other !== place)]
  }
}

/**
 * Asks one limiter after the other, so that a denial costs the limiters after it nothing, and gives back what those before it
 * took. Limiters after a denial are peeked at, so that the client learns of all that it has to wait for. Not after a denial from
 * the deny cache, whose point is to leave the store alone, or from a failing store.
 *
 * @param storeErrors What to do about a limiter that rejects with a `StoreError`: reject as well, or count it as a denial.
 * @returns the answers in the order of the questions.
 */
export async function askAll(
  questions: readonly Question[],
  order: AskingOrder,
  storeErrors: 'throw' | 'unavailable',
  giveBack: GiveBack,
): Promise<readonly Answer[]> {
  const decisions = new Array<Decision | undefined>(questions.length).fill(undefined)
  const rollBack = (): Promise<readonly boolean[]> =>
    Promise.all(questions.map((question, i) => undo(question, decisions[i], giveBack)))
  for (const place of order.places) {
    let decision: Decision
    try {
      decision = await ask(questions[place] as Question, storeErrors)
    } catch (error) {
      await rollBack()
      throw error
    }
    decisions[place] = decision
    if (!decision.allowed) {
      order.denied(place)
      const isStoreAsked = decision.source !== 'deny-cache' && decision.source !== 'failure-policy'
      const peeks = questions.map((each, i) => decisions[i] ?? (isStoreAsked ? peekAt(each) : undefined))
      const [givenBack, all] = await Promise.all([rollBack(), Promise.all(peeks)])
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
