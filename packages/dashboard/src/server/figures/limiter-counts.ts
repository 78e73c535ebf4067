import { StoreError } from '@rl/core'
import type { DecisionEvent } from '@rl/core/observe'
import type { Counts, LimiterFigures, Past } from '../../messages.ts'
import { thisSecond } from './clock.ts'
import { Seconds } from './seconds.ts'

const PAST_SECONDS = 300
const FULLNESS_SECONDS = 60
/** Tenths, and full windows. */
const SHARES = 11
const KINDS = ['admitted', 'denied', 'failed'] as const

type Kind = keyof Counts

/** The decisions of one limiter in this process. */
export class LimiterCounts {
  readonly name: string
  readonly #windows: number
  readonly #past: Seconds = new Seconds(PAST_SECONDS, KINDS.length)
  readonly #fullness: Seconds
  readonly #total: Record<Kind, number> = { admitted: 0, denied: 0, failed: 0 }

  constructor(name: string, windows: number) {
    this.name = name
    this.#windows = windows
    this.#fullness = new Seconds(FULLNESS_SECONDS, windows * SHARES)
  }

  /** @returns what kind of call it was; undefined for one that asked nothing of a counter, such as one that was aborted. */
  count(event: DecisionEvent): Kind | undefined {
    const kind = kindOf(event)
    if (kind === undefined) return undefined
    const second = thisSecond()
    this.#total[kind]++
    this.#past.add(second, KINDS.indexOf(kind), 1)
    event.windows.forEach(({ limit, remaining }, i) => {
      this.#fullness.add(second, i * SHARES + shareOf(limit, remaining), 1)
    })
    return kind
  }

  figures(second: number): LimiterFigures {
    const lastSecond = { admitted: 0, denied: 0, failed: 0 }
    KINDS.forEach((kind, column) => {
      lastSecond[kind] = this.#past.get(second, column)
    })
    const fullness = Array.from({ length: this.#windows }, (_, i) =>
      Array.from({ length: SHARES }, (_, share) => this.#fullness.sum(second, FULLNESS_SECONDS, i * SHARES + share)),
    )
    return { name: this.name, lastSecond, total: { ...this.#total }, fullness }
  }

  /** Calls of the last minute. */
  busyness(second: number): number {
    return KINDS.reduce((sum, _, column) => sum + this.#past.sum(second, FULLNESS_SECONDS, column), 0)
  }

  /** @param seconds How many, at most 300. */
  past(until: number, seconds: number = PAST_SECONDS): Past {
    const column = (kind: Kind): number[] =>
      Array.from({ length: seconds }, (_, i) => this.#past.get(until - seconds + 1 + i, KINDS.indexOf(kind)))
    return { until, admitted: column('admitted'), denied: column('denied'), failed: column('failed') }
  }
}

function kindOf({ operation, isShadow, result, source, error }: DecisionEvent): Kind | undefined {
  if (operation !== 'limit' || isShadow) return undefined
  if (source === 'failure-policy') return 'failed'
  if (result === 'error') return error instanceof StoreError ? 'failed' : undefined
  return result === 'allowed' ? 'admitted' : 'denied'
}

/** Which of the {@link SHARES} is used. */
function shareOf(limit: number, remaining: number): number {
  return remaining <= 0 ? SHARES - 1 : Math.min(SHARES - 2, Math.floor(((limit - remaining) / limit) * 10))
}
