import type { Decision, FixedWindowRateLimiter } from '@rl/core'
import type { Page } from 'playwright-core'

/** The rows of the table of answers, oldest first: time, caller, asked, and an answer of each limiter. */
export async function shownAnswers(page: Page): Promise<readonly (readonly string[])[]> {
  const rows = await page.locator('tr[data-entry]').all()
  const texts = await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()))
  return texts.reverse()
}

/** The text that a page should show for a decision. */
export function expectedText(decision: Decision): string {
  if (decision.source === 'failure-policy') throw decision.error
  if (decision.allowed) return `admitted, ${decision.remaining} left`
  const { retryAfterMs } = decision
  return `denied, again in ${retryAfterMs < 1000 ? `${retryAfterMs} ms` : `${Math.ceil(retryAfterMs / 100) / 10} s`}`
}

/** Calls `count` times at once, every `everyMs`. Returns the rows that a page is expected to show. */
export async function expectedRows(
  limiters: readonly FixedWindowRateLimiter[],
  clock: { now: number },
  { id, count, everyMs, untilMs }: { id: string; count: number; everyMs: number; untilMs: number },
): Promise<readonly (readonly string[])[]> {
  const start = clock.now
  const rows: string[][] = []
  for (let after = 0; after <= untilMs; after += everyMs) {
    clock.now = start + after
    for (let call = 0; call < count; call++) {
      const answers = await Promise.all(limiters.map((limiter) => limiter.limit(id)))
      rows.push([new Date(clock.now).toISOString().slice(11, 23), id, 'call', ...answers.map(expectedText)])
    }
  }
  clock.now = start + untilMs
  return rows
}
