import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { CounterStore } from '@rl/core'
import { runClassic } from './classic.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { fold } from './fold.ts'
import { type Page, painter } from './page.ts'
import { drawPicture } from './picture.ts'
import { askedPerWindow, CLASSIC_LIMIT, classicLimiter, type Plan, sharedLimiter, USER } from './plan.ts'
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

  const fleet = await demo.startFleet({ name, plan })
  try {
    const many = `${fleet.instances.length} ${demo.kindOfInstances}`
    page.write('\n')
    writeHeading(page, `1  ${USER} has ${CLASSIC_LIMIT} calls per minute through ${many}`, place)
    page.write('\n')
    const classic = await runClassic({ fleet, observer: classicLimiter(name, store), page, signal })
    writeVerdict(page, classic)

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
    const isGood = classic.ok && verdict.ok
    if (isGood) writeNext(page)
    return isGood
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

const NEXT = [
  ['npx --yes pnpm@12 playground', 'set limits, and watch windows fill and roll in your browser'],
  ['docs/quick-start.md', 'the lines for your framework and runtime'],
  ['packages/dashboard/README.md', 'a live page of the limiters in your app'],
  ['packages/cli/README.md', 'rl: look up, list and reset counters in a shell'],
] as const

/** On one line each where the page is wide enough. */
function writeNext(page: Page): void {
  const width = Math.max(...NEXT.map(([what]) => what.length))
  page.write(`${painter(page.colour)('bold', 'What to try next')}\n\n`)
  for (const [what, why] of NEXT) {
    const line = `   ${what.padEnd(width)}  ${why}`
    page.write(line.length <= page.width() ? `${line}\n` : `   ${what}\n${indented(page, `  ${why}`)}\n`)
  }
  page.write('\n')
}

/** Each line of a text behind the indent that headings leave. */
function indented(page: Page, text: string, paint = (line: string): string => line): string {
  const indent = '   '
  const lines = fold(text, page.width() - indent.length)
  return lines.map((line) => indent + paint(line)).join('\n')
}
