import type { FixedWindowRateLimiter } from '@rl/core'
import { nextWindow } from './ask.ts'
import type { ChartData } from './chart.ts'
import { displayOn } from './display.ts'
import type { Fleet } from './fleet.ts'
import type { Page } from './page.ts'
import { askedPerWindow, type Plan } from './plan.ts'
import { Tally } from './tally.ts'
import { judge, type Verdict } from './verdict.ts'

const DRAW_EVERY_MS = 60

export interface SharedLimitOptions {
  readonly fleet: Fleet
  readonly plan: Plan
  /** One more limiter on the same counters, to see when a window begins. */
  readonly observer: FixedWindowRateLimiter
  readonly page: Page
  readonly signal: AbortSignal
}

/** The results of part two. */
export interface SharedLimitResult {
  readonly chart: ChartData
  readonly verdict: Verdict
}

/** Part two: the instances ask for more than their common limit while windows roll over, and it is drawn as it happens. */
export async function runSharedLimit(options: SharedLimitOptions): Promise<SharedLimitResult> {
  const { fleet, plan, observer, page, signal } = options
  const { instances } = fleet
  const tally = new Tally(instances.length)
  const { limit, windowMs } = plan
  const data = (): ChartData => ({
    windows: tally.windows(),
    limit,
    windowMs,
    expected: askedPerWindow(plan),
    instances,
  })
  const display = displayOn(page)
  let drawing: NodeJS.Timeout | undefined
  try {
    await nextWindow(observer, plan, signal)
    drawing = setInterval(() => display.update(data(), (window) => tally.isOver(window)), DRAW_EVERY_MS)
    await fleet.ask((instance, answer) => tally.record(instance, answer), signal)
    display.end(data())
  } finally {
    clearInterval(drawing)
    display.close()
  }
  return { chart: data(), verdict: judge(tally.windows(), limit) }
}
