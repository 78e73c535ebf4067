import { overheadOf } from './overhead.ts'
import { caseName } from './plan.ts'
import type { CaseResult, Results } from './results.ts'
import { type Summary, summarize } from './statistics.ts'
import { judge } from './targets.ts'

/** The generated parts of the page, by name. */
export function partsOf(results: Results): Readonly<Record<string, string>> {
  return {
    machine: machineTable(results),
    targets: targetTable(results),
    cases: results.cases.map((one) => `### ${capitalized(caseName(one))}\n\n${caseTable(one)}`).join('\n\n'),
    counts: countTable(results),
  }
}

function machineTable({ machine, versions, mode, startedAt, tookSeconds, rounds, roundMs }: Results): string {
  const run = `${mode}, ${startedAt.slice(0, 10)}, ${tookSeconds} s, ${rounds} rounds of ${roundMs} ms`
  return table(['', ''], [['run', run], ...Object.entries(machine), ...Object.entries(versions)])
}

function targetTable(results: Results): string {
  const rows = judge(results).map(({ what, atMost, share, cpuShare, met }) => [
    what,
    `at most ${atMost}`,
    withSpread(share, 2),
    withSpread(cpuShare, 2),
    met === undefined ? 'lost in noise' : met ? 'met' : '**missed**',
  ])
  return table(['Our overhead as a share of theirs', 'bound', 'time', 'processor time', ''], rows)
}

function caseTable(one: CaseResult): string {
  const rows = one.figures.map(({ server, requestsPerSecond }) => {
    const overhead = overheadOf(server, one)
    return [
      server,
      withSpread(summarize(requestsPerSecond), 0),
      overhead === undefined ? '' : withSpread(summarize(overhead.micros), 1),
      overhead === undefined ? '' : withSpread(summarize(overhead.cpuMicros), 1),
    ]
  })
  return table(['Server', 'requests/s', 'overhead per request, µs', 'of it processor time of the server, µs'], rows)
}

function countTable({ counts }: Results): string {
  const rows = counts.map(({ server, requests, admitted, allowed }) => [
    server,
    String(requests),
    String(allowed),
    String(admitted),
    admitted === allowed ? 'exact' : '**wrong**',
  ])
  return table(['Server, in two processes', 'requests', 'allowed', 'admitted', ''], rows)
}

function withSpread({ median, q1, q3 }: Summary, digits: number): string {
  return `${median.toFixed(digits)} (${q1.toFixed(digits)}–${q3.toFixed(digits)})`
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const MARKED = /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g

/** The page with its marked parts made anew; what lies between is left as it is. */
export function fillIn(page: string, parts: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(parts))
  const filled = page.replace(MARKED, (_, open: string, name: string, close: string) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`nothing is generated for "${name}"`)
    missing.delete(name)
    return `${open}\n${part}\n\n${close}`
  })
  if (missing.size > 0) throw new Error(`the page has no place for ${[...missing].join(', ')}`)
  return filled
}
