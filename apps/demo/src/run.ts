import { randomBytes } from 'node:crypto'
import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { CLASSIC_LIMIT, runClassic } from './classic.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { type Page, painter } from './page.ts'
import { askedPerWindow, type Plan, sharedLimiter } from './plan.ts'
import { runSharedLimit } from './shared-limit.ts'
import type { Verdict } from './verdict.ts'

/** What the demo runs on. */
export interface Demo {
  readonly store: CounterStore
  /** Where the counters are, in words. */
  readonly place: string
  /** What an instance is, in the plural. */
  readonly kindOfInstances: string
  readonly startFleet: (options: FleetOptions) => Fleet | Promise<Fleet>
  readonly plan: Plan
  readonly page: Page
  readonly signal: AbortSignal
}

/** Both parts, each with its verdict. Resolves to whether both are good. */
export async function runDemo(demo: Demo): Promise<boolean> {
  const { store, place, plan, page, signal } = demo
  const paint = painter(page.colour)
  // A new name for each run, so that no run meets another's counters. They expire by themselves.
  const name = `demo-${randomBytes(6).toString('hex')}`

  page.write(`\n${paint('bold', `1  user_123 may make ${CLASSIC_LIMIT} calls per minute`)}, counted ${place}\n\n`)
  const perMinute = new FixedWindowRateLimiter({ name, store, limit: CLASSIC_LIMIT, window: '1m', deadlineMs: 3000 })
  const classic = await runClassic(perMinute, page, signal)
  writeVerdict(page, classic)

  const fleet = await demo.startFleet({ name, plan })
  try {
    const many = `${fleet.instances.length} ${demo.kindOfInstances}`
    const seconds = plan.windowMs === 1000 ? 'second' : `${plan.windowMs} ms`
    page.write(`${paint('bold', `2  ${many} share ${plan.limit} calls per ${seconds}`)}, counted ${place}\n`)
    page.write(`   and together make ${askedPerWindow(plan)}, unevenly, while ${plan.windows} windows roll over\n\n`)
    const observer = sharedLimiter(name, store, plan)
    const shared = await runSharedLimit({ fleet, plan, observer, page, signal })
    writeVerdict(page, shared)
    return classic.ok && shared.ok
  } finally {
    await fleet.stop()
  }
}

function writeVerdict(page: Page, { ok, line }: Verdict): void {
  const paint = painter(page.colour)
  page.write(`\n   ${ok ? paint(['green', 'bold'], line) : paint(['red', 'bold', 'inverse'], line)}\n\n`)
}
