import { parseArgs } from 'node:util'
import { FULL, type Plan, QUICK } from './plan.ts'

export const USAGE = `Measures this library beside its peers, on real servers, in one run.

  pnpm bench                      everything; writes results.json, docs/performance.md and docs/plots
  pnpm bench --quick              the same in under two minutes, with more noise
  pnpm bench --only callers,skew  some scenarios, in the terminal only
  pnpm bench --dry                everything, in the terminal only
  pnpm bench --report             writes the report again from results.json and notes.md
`

export interface Arguments {
  readonly plan: Plan
  /** Names of scenarios; all of them if left out. */
  readonly only: readonly string[] | undefined
  /** Whether files are written: a report of some scenarios would pass for a whole one. */
  readonly write: boolean
  readonly reportOnly: boolean
  readonly help: boolean
}

/** @throws for an unknown argument or scenario. */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values } = parseArgs({
    // pnpm hands `--` through
    args: args.filter((arg) => arg !== '--'),
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      dry: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const only = values.only?.flatMap((names) => names.split(','))
  const unknown = only?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}, only ${known.join(', ')}`)
  return {
    plan: values.quick ? QUICK : FULL,
    only,
    write: only === undefined && !values.dry,
    reportOnly: values.report,
    help: values.help,
  }
}
