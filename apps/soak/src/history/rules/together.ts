import type { FixedWindow } from '@rl/core'
import { groupBy } from '../amounts.ts'
import type { Identifier } from '../identifier.ts'
import { isAnswered } from '../operation.ts'
import type { Violation } from '../violation.ts'

interface Seen {
  readonly used: number
  readonly resetAt: number
}

/**
 * I7: while two windows are both open, every charge goes to both or to none, so that one counter stays as far ahead of the
 * other as it is; not at all where they began together. A refund or a settlement of units from an earlier one of the windows
 * moves the other alone.
 */
export function windowsChargedTogether(identifier: Identifier, windows: readonly FixedWindow[]): Violation[] {
  if (identifier.resets.length > 0) return [] // one may come between the two windows of a refund
  for (let one = 0; one < windows.length; one++) {
    for (let other = one + 1; other < windows.length; other++) {
      const violation = chargedTogether(identifier, windows, one, other)
      if (violation !== undefined) return [violation]
    }
  }
  return []
}

function chargedTogether(
  identifier: Identifier,
  windows: readonly FixedWindow[],
  one: number,
  other: number,
): Violation | undefined {
  const sights = [...seenTogether(identifier)].flatMap((seen): (readonly [Seen, Seen])[] => {
    const [first, second] = [seen[one], seen[other]]
    return first === undefined || second === undefined ? [] : [[first, second]]
  })
  for (const pairs of groupBy(sights, ([first, second]) => `${first.resetAt} ${second.resetAt}`).values()) {
    const [pair] = pairs
    if (pair === undefined) continue
    const leads = pairs.map(([first, second]) => second.used - first.used)
    if (beganTogether(pair, windows[one], windows[other])) leads.push(0)
    const spread =
      leads.reduce((most, lead) => Math.max(most, lead)) - leads.reduce((least, lead) => Math.min(least, lead))
    const apart = [...identifier.refunds, ...identifier.excesses]
      .filter(({ resetAts }) => (resetAts[one] === pair[0].resetAt) !== (resetAts[other] === pair[1].resetAt))
      .reduce((sum, { cost }) => sum + cost, 0)
    if (spread <= apart) continue
    const detail = `the counts of two windows moved ${spread} units apart, of which refunds and settlements explain ${apart}`
    return { invariant: 'I7', rule: 'windows were not charged together', id: identifier.id, detail }
  }
  return undefined
}

/** All windows as seen in one atomic step, where it is exact and shows a counter. */
function* seenTogether({ asks, looks }: Identifier): Iterable<readonly (Seen | undefined)[]> {
  for (const { result } of asks.filter(isAnswered)) {
    if (result.source !== 'store') continue
    yield result.windows.map(({ limit, remaining, resetAt }) => {
      const exact = result.allowed || remaining > 0
      return exact && limit > remaining ? { used: limit - remaining, resetAt } : undefined
    })
  }
  for (const { counters } of looks) yield counters
}

function beganTogether([first, second]: readonly [Seen, Seen], one?: FixedWindow, other?: FixedWindow): boolean {
  if (one?.anchor !== 'epoch' || other?.anchor !== 'epoch') return false
  return first.resetAt - one.windowMs === second.resetAt - other.windowMs
}
