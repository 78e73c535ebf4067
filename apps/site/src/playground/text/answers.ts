import type { Answer, Entry } from '../run/run.ts'
import { costText, duration, number } from './format.ts'

/** The calls that were asked. */
export function askedText({ kind, cost }: Entry): string {
  if (kind === 'limit') return cost === 1 ? 'call' : `call, cost ${costText(cost)}`
  return kind === 'settle' ? `settle at ${costText(cost)}` : kind
}

/** The answer of a limiter in words. */
export function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'decision': {
      const { decision } = answer
      if (decision.source === 'failure-policy') return decision.error.message
      if (decision.allowed) return `admitted, ${number(decision.remaining)} left`
      if (decision.retryAfterMs === Number.POSITIVE_INFINITY) return 'denied: the cost is above the limit'
      return `denied, again in ${duration(decision.retryAfterMs)}`
    }
    case 'refunded':
      return answer.gaveBack ? 'given back' : 'too late: its window has ended'
    case 'settled':
      if (answer.hasEnded) return 'too late: its window has ended'
      return answer.debt > 0 ? `settled, debt ${number(answer.debt)}` : 'settled'
    case 'reset':
      return 'forgotten'
    case 'nothing':
      return 'nothing was taken'
  }
}

export function tone(answer: Answer): 'admitted' | 'denied' | 'neutral' {
  if (answer.kind !== 'decision') return 'neutral'
  return answer.decision.allowed ? 'admitted' : 'denied'
}
