import { Presets, SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import { isBroken, type Result, targetOf } from './rounds.ts'
import type { Summary } from './summary.ts'

/** Shows how far the soak has come. */
export interface Display {
  tell(result: Result): void
  stop(): void
}

/** A bar on a terminal, else a line for each round. Both say what is broken. */
export function displayOn(stream: NodeJS.WriteStream, minutes: number): Display {
  return stream.isTTY ? bar(stream, minutes) : lines(stream)
}

function bar(stream: NodeJS.WriteStream, minutes: number): Display {
  const format = ' {bar} {percentage} %  {duration_formatted}  {rounds} rounds, {broken} broken  {what}'
  const bar = new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic)
  const started = performance.now()
  let rounds = 0
  let broken = 0
  let what = ''
  const show = (): void => {
    const share = Math.min(1, (performance.now() - started) / 60_000 / minutes)
    bar.update(Math.round(share * 1000), { rounds, broken, what })
  }
  bar.start(1000, 0, { rounds, broken, what })
  const timer = setInterval(show, 500)
  return {
    tell: (result) => {
      rounds++
      if (isBroken(result)) {
        broken++
        stream.write(`\n${describe(result)}\n`)
      }
      what = lineOf(result)
      show()
    },
    stop: () => {
      clearInterval(timer)
      bar.stop()
    },
  }
}

function lines(stream: NodeJS.WriteStream): Display {
  const started = performance.now()
  return {
    tell: (result) => {
      const seconds = Math.round((performance.now() - started) / 1000)
      stream.write(`${String(seconds).padStart(5)} s  ${isBroken(result) ? describe(result) : lineOf(result)}\n`)
    },
    stop: () => {},
  }
}

function lineOf(result: Result): string {
  const { kind, seed } = targetOf(result)
  if (result.type === 'error') return `${kind}:${seed}  failed`
  if (result.type === 'storm') {
    const { decided, faults, unknown } = result.report
    return `storm over ${kind}:${seed}  ${decided} decisions, ${faults} faults, ${unknown} of unknown outcome`
  }
  const { client, lostBy, mostOver, limit, outageMs } = result.report
  return `failover of ${kind}:${seed}  ${client}, ${lostBy}, at most ${mostOver} over ${limit}, out for ${Math.round(outageMs)} ms`
}

const SHOWN = 5

/** Says what is broken, and how to see it again. */
export function describe(result: Result): string {
  const { kind, seed } = targetOf(result)
  const replay = `replay with: npx --yes pnpm@12 soak --replay ${kind}:${seed}`
  if (result.type === 'error') {
    const { error } = result
    return `BROKEN ${lineOf(result)}: ${error instanceof Error ? error.message : String(error)}\n  ${replay}`
  }
  const { violations, unsettled } = result.report
  const found = violations.slice(0, SHOWN).map(({ invariant, rule, id, detail, ...where }) => {
    const policy = 'policy' in where ? `${where.policy}, ` : ''
    return `  ${invariant} ${rule}: ${detail} (${policy}${id})`
  })
  const counts = `  ${violations.length} violations, ${unsettled} calls unsettled`
  const keys = result.type === 'storm' ? `, ${result.report.keysWithoutTtl} keys without TTL` : ''
  return [`BROKEN ${lineOf(result)}`, ...found, counts + keys, `  ${replay}`].join('\n')
}

export function tablesOf({ storms, failovers, seed, minutes, errors }: Summary): string {
  const parts: string[] = []
  if (storms.length > 0) {
    const head = [
      'store',
      'storms',
      'decisions',
      'denied',
      'unknown',
      'faults',
      'violations',
      'unsettled',
      'no TTL',
      'recovery',
    ]
    parts.push(
      table(
        head,
        storms.map((each) => [...Object.values(each).slice(0, -1), `${each.recoveryMs} ms`]),
      ),
    )
  }
  if (failovers.length > 0) {
    const head = [
      'failover of',
      'rounds',
      'limit',
      'most over',
      'mean over',
      'longest outage',
      'violations',
      'unsettled',
    ]
    parts.push(
      table(
        head,
        failovers.map(({ of, limit, mostOver, meanOver, outageMs, violations, unsettled, failovers: rounds }) => [
          ...[of, rounds, limit, mostOver, meanOver, `${outageMs} ms`, violations, unsettled],
        ]),
      ),
    )
  }
  parts.push(`seed ${seed}, ${minutes} minutes, ${errors} rounds without a result`)
  return `${parts.join('\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}
