import { type Cost, type Decision, type Denied, type LimitOptions, OptionError, type RateLimiter } from '@rl/core'

/** Leases hand out what they hold and what the store has left one after the other. */
const MAX_ROUNDS = 100

/**
 * Takes all that an identifier has left, in every unit, so that its next call is denied.
 *
 * @param limiter The app's own, whatever its windows and units.
 * @param options As the app's calls have them, `limit` and `calendar` of a plan.
 * @returns what a call of cost 1 is answered now: a denied decision.
 * @throws {OptionError} for a limiter without limits, such as a `shadow` without `live`, and where units come back meanwhile.
 * @throws {StoreError} when the store could not answer.
 * @example
 * const denied = await exhaust(limiter, 'user_123')
 * clock.advanceToReset(denied)
 */
export async function exhaust(
  limiter: RateLimiter,
  id: string,
  options: Pick<LimitOptions, 'limit' | 'calendar'> = {},
): Promise<Denied> {
  const peek = (): Promise<Decision> => limiter.peek(id, { ...options, cost: costOf(limiter, () => 1) })
  let latest = await peek()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { windows } = countedOf(latest)
    const left = costOf(limiter, (unit) => leastIn(windows, unit))
    const isEmpty = Object.values(typeof left === 'number' ? [left] : left).every((units) => units === 0)
    if (isEmpty && !latest.allowed && latest.source !== 'failure-policy') return latest
    if (!isEmpty) latest = await limiter.limit(id, { ...options, cost: left })
    if (isEmpty || latest.allowed) latest = await peek()
  }
  throw new OptionError('limiter', 'one that keeps what is taken', 'one that gives it back')
}

type Counted = Exclude<Decision, { source: 'failure-policy' }>

function countedOf(decision: Decision): Counted {
  if (decision.source === 'failure-policy') throw decision.error
  if (Number.isFinite(decision.remaining)) return decision
  throw new OptionError('limiter', 'one with limits', 'one that admits everything')
}

/** A number for each unit that the limiter's windows name, or one number. */
function costOf({ windows }: RateLimiter, unitsOf: (unit: string | undefined) => number): Cost {
  const units = [...new Set(windows.flatMap(({ unit }) => unit ?? []))]
  return units.length === 0 ? unitsOf(undefined) : Object.fromEntries(units.map((unit) => [unit, unitsOf(unit)]))
}

function leastIn(windows: Counted['windows'], unit: string | undefined): number {
  return Math.min(...windows.filter((window) => window.unit === unit).map(({ remaining }) => remaining))
}
