import type { Decision } from '@rl/core'
import { hasAll, inWords, type Verdict, verdict } from './verdict.ts'

/**
 * Figures of a decision, those of them that a test is about.
 *
 * @example { remaining: 9, source: 'store' }
 */
export interface ExpectedDecision {
  readonly source?: Decision['source'] | undefined
  /** Units per window. */
  readonly limit?: number | undefined
  /** Units left. */
  readonly remaining?: number | undefined
  /** When the window ends: milliseconds since the epoch. */
  readonly resetAt?: number | undefined
  /** Milliseconds until the window ends. */
  readonly resetAfterMs?: number | undefined
  /** Milliseconds until a denied call fits; `Infinity` if it never does. */
  readonly retryAfterMs?: number | undefined
}

/** Units left: of the binding window, or of each unit, in that of its windows that has the least. */
export type ExpectedRemaining = number | Readonly<Record<string, number>>

export function isAllowed(received: unknown, expected: ExpectedDecision = {}): Verdict {
  return isDecided(received, true, expected)
}

export function isDenied(received: unknown, expected: ExpectedDecision = {}): Verdict {
  return isDecided(received, false, expected)
}

export function hasRemaining(received: unknown, expected: ExpectedRemaining): Verdict {
  const words = `a decision with remaining ${typeof expected === 'number' ? expected : inWords(expected)}`
  if (!isDecision(received)) return verdict(false, words, () => noDecision(received))
  const remaining = typeof expected === 'number' ? figuresOf(received).remaining : remainingByUnit(received)
  const pass = typeof remaining === 'object' ? hasAll(remaining, expected as object) : remaining === expected
  return verdict(pass, words, () => (typeof remaining === 'object' ? inWords(remaining) : String(remaining)))
}

function isDecided(received: unknown, allowed: boolean, expected: ExpectedDecision): Verdict {
  const words = (is: boolean, figures: object): string =>
    `${is ? 'an allowed' : 'a denied'} decision with ${inWords(figures)}`
  if (!isDecision(received)) return verdict(false, words(allowed, expected), () => noDecision(received))
  const pass = received.allowed === allowed && hasAll(received, expected)
  return verdict(pass, words(allowed, expected), () => words(received.allowed, figuresOf(received)))
}

function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && 'allowed' in value && 'source' in value
}

function noDecision(value: unknown): string {
  if (value instanceof Promise) return 'a promise (await it first)'
  return `no decision but ${value === null ? 'null' : typeof value === 'boolean' ? value : `a value of type ${typeof value}`}`
}

/** All figures that a message shows: not whose they are. */
function figuresOf(decision: Decision): ExpectedDecision {
  const { source, retryAfterMs } = decision
  if (source === 'failure-policy') return { source, retryAfterMs }
  const { limit, remaining, resetAt, resetAfterMs } = decision
  return { source, limit, remaining, resetAt, resetAfterMs, retryAfterMs }
}

function remainingByUnit(decision: Decision): Readonly<Record<string, number>> {
  const least: Record<string, number> = {}
  for (const { unit = '', remaining } of decision.source === 'failure-policy' ? [] : decision.windows) {
    least[unit] = Math.min(remaining, least[unit] ?? Number.POSITIVE_INFINITY)
  }
  return least
}
