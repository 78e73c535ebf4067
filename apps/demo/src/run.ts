import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { CLASSIC_LIMIT, runClassic } from './classic.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { fold } from './fold.ts'
import { type Page, painter } from './page.ts'
import { drawPicture } from './picture.ts'
import { askedPerWindow, type Plan, sharedLimiter } from './plan.ts'
import { ReportableError } from './reportable-error.ts'
import { runSharedLimit } from './shared-limit.ts'
import type { Verdict } from './verdict.ts'

/** The demo's store. */
export interface Demo {
  readonly store: CounterStore
  /** Where the counters are, in words. */
  readonly place: string
  /** The name of instances, in the plural. */
  readonly kindOfInstances: string
  readonly startFleet: (options: FleetOptions) => Fleet | Promise<Fleet>
  readonly plan: Plan
  readonly page: Page
  /** A file to draw part two into. */
  readonly picture?: string | undefined
  readonly signal: AbortSignal
}

/** Both parts, each with its verdict. Resolves to whether both are good. */
export async function runDemo(demo: Demo): Promise<boolean> {
  const { store, place, plan, page, signal } = demo
  // A new name for each run, so that no run meets another's counters. They expire by themselves.
  const name = `demo-${randomBytes(6).toString('hex')}`

  page.write('\n')
  writeHeading(page, `1  user_123 may make ${CLASSIC_LIMIT} calls per minute`, place)
  page.write('\n')
  const perMinute = new FixedWindowRateLimiter({ name, store, limit: CLASSIC_LIMIT, window: '1m', deadlineMs: 3000 })
  const classic = await runClassic(perMinute, page, signal)
  writeVerdict(page, classic)

  const fleet = await demo.startFleet({ name, plan })
  try {
    const many = `${fleet.instances.length} ${demo.kindOfInstances}`
    const seconds = plan.windowMs === 1000 ? 'second' : `${plan.windowMs} ms`
    const title = `${many} share ${plan.limit} calls per ${seconds}`
    writeHeading(page, `2  ${title}`, place)
    const demand = `and together make ${askedPerWindow(plan)}, unevenly, while ${plan.windows} windows roll over`
    page.write(`${indented(page, demand)}\n\n`)
    const observer = sharedLimiter(name, store, plan)
    const { chart, verdict } = await runSharedLimit({ fleet, plan, observer, page, signal })
    writeVerdict(page, verdict)
    if (demo.picture !== undefined) {
      const subtitle = `Counted ${place}. Together they make ${askedPerWindow(plan)} calls per ${seconds}, unevenly.`
      await save(demo.picture, drawPicture({ title, subtitle, chart, verdict }))
    }
    return classic.ok && verdict.ok
  } finally {
    await fleet.stop()
  }
}

async function save(path: string, drawn: string): Promise<void> {
  try {
    await writeFile(path, drawn)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new ReportableError(`--picture: can't write ${path} (${code}). Name a file in a folder that exists.`)
  }
}

function writeHeading(page: Page, what: string, place: string): void {
  const bold = painter(page.colour)('bold', what)
  const where = `counted ${place}`
  const fits = `${what}, ${where}`.length <= page.width()
  page.write(fits ? `${bold}, ${where}\n` : `${bold},\n${indented(page, where)}\n`)
}

function writeVerdict(page: Page, { ok, line }: Verdict): void {
  const paint = painter(page.colour)
  const style = ok ? (['green', 'bold'] as const) : (['red', 'bold', 'inverse'] as const)
  page.write(`\n${indented(page, line, (text) => paint([...style], text))}\n\n`)
}

/** Each line of a text behind the indent that headings leave. */
function indented(page: Page, text: string, paint = (line: string): string => line): string {
  const indent = '   '
  const lines = fold(text, page.width() - indent.length)
  return lines.map((line) => indent + paint(line)).join('\n')
}
