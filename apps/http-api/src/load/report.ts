import { type Summary, summarize, table } from '@rl/measure'
import { overheadOf } from './overhead.ts'
import { caseName } from './plan.ts'
import type { CaseResult, Results } from './results.ts'
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
