import { parseArgs } from 'node:util'
import { FULL, type Plan, QUICK } from './plan.ts'

export const USAGE = `Measures this library beside its peers, on real servers, in one run.

  pnpm bench                      everything; writes results.json, docs/performance.md and docs/plots
  pnpm bench --quick              the same in under two minutes, with more noise
  pnpm bench --only callers,skew  some scenarios, in the terminal only
  pnpm bench --dry                everything, in the terminal only
  pnpm bench --against REF        this build and another commit's by turns, in the terminal only: what got better or worse;
                                  also with --quick, --only and --rounds
  pnpm bench --rounds 31          more rounds, for narrower bounds
  pnpm bench --report             writes the report again from results.json and notes.md
`

export interface Arguments {
  readonly plan: Plan
  /** Names of scenarios; all of them if left out. */
  readonly only: readonly string[] | undefined
  /** Whether files are written: a report of some scenarios would pass for a whole one. */
  readonly write: boolean
  readonly reportOnly: boolean
  /** A commit to compare this build with. */
  readonly against: string | undefined
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
      against: { type: 'string' },
      rounds: { type: 'string' },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const only = values.only?.flatMap((names) => names.split(','))
  const unknown = only?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}, only ${known.join(', ')}`)
  return {
    plan: { ...(values.quick ? QUICK : FULL), ...roundsOf(values.rounds, values.against) },
    only,
    write: only === undefined && !values.dry && values.against === undefined,
    reportOnly: values.report,
    against: values.against,
    help: values.help,
  }
}

/** Bounds of 99 % need eight rounds at least, and get narrow with twice as many. */
const ROUNDS_AGAINST = 15

function roundsOf(given: string | undefined, against: string | undefined): Partial<Pick<Plan, 'rounds'>> {
  if (given === undefined) return against === undefined ? {} : { rounds: ROUNDS_AGAINST }
  if (!/^[1-9]\d{0,3}$/.test(given)) throw new Error(`--rounds takes a number from 1 to 9999, not ${given}`)
  return { rounds: Number(given) }
}
