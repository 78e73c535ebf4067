import { parseArgs } from 'node:util'
import { AGAINST, FULL, type Plan, QUICK } from './plan.ts'
import type { Scenario } from './scenario.ts'

export const USAGE = `Measures this library beside its peers, on real servers, in one run.

  pnpm bench                      everything; writes results.json, the pages about performance and scale, and docs/plots
  pnpm bench --quick              the same in a few minutes, with more noise
  pnpm bench --only callers,skew  some scenarios, or a group such as growth; in the terminal only
  pnpm bench --dry                everything, in the terminal only
  pnpm bench --resume             goes on where an earlier run was interrupted; with --only, measures a part of what is left
  pnpm bench --callgrind          instructions of redis-server, counted by valgrind: the same on a busy machine
  pnpm bench --against REF        this build and another commit's by turns, in the terminal only: what got better or worse;
                                  also with --only, --callgrind and --rounds
  pnpm bench --against REF --pairs 10
                                  starts both builds ten times in place of six, for narrower bounds
  pnpm bench --rounds 31          more rounds
  pnpm bench --report             writes the pages again from results.json and notes.md
`

export interface Arguments {
  readonly plan: Plan
  /** Names of scenarios; all of them if left out. */
  readonly only: readonly string[] | undefined
  /** Whether files are written: a report of some scenarios would pass for a whole one. */
  readonly write: boolean
  /** Whether what an interrupted run measured is kept. */
  readonly resume: boolean
  readonly reportOnly: boolean
  /** A commit to compare this build with. */
  readonly against: string | undefined
  /** How many times both builds start. */
  readonly pairs: number
  readonly help: boolean
}

type Named = Pick<Scenario, 'name' | 'group'>

/** @throws for an unknown argument or scenario, and for arguments that don't go together. */
export function parseArguments(args: readonly string[], known: readonly Named[]): Arguments {
  const { values } = parseArgs({
    // pnpm hands `--` through
    args: args.filter((arg) => arg !== '--'),
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      callgrind: { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
      against: { type: 'string' },
      pairs: { type: 'string' },
      rounds: { type: 'string' },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { quick, callgrind, dry, resume, against, pairs, rounds, report: reportOnly, help } = values
  if (resume && (dry || against !== undefined)) throw new Error('--resume writes files: not with --dry or --against')
  if (quick && against !== undefined)
    throw new Error('--quick does not go with --against: take fewer --pairs or --rounds')
  if (pairs !== undefined && against === undefined) throw new Error('--pairs goes with --against')
  const only = scenariosOf([...(values.only ?? []), ...(callgrind ? ['instructions'] : [])], known)
  return {
    plan: {
      ...(against !== undefined ? AGAINST : quick ? QUICK : FULL),
      ...(rounds && { rounds: count('--rounds', rounds, 1) }),
    },
    only,
    write: (only === undefined || resume) && !dry && against === undefined,
    resume,
    reportOnly,
    against,
    pairs: count('--pairs', pairs ?? '6', 2),
    help,
  }
}

function scenariosOf(named: readonly string[], known: readonly Named[]): readonly string[] | undefined {
  if (named.length === 0) return undefined
  return named
    .flatMap((names) => names.split(','))
    .flatMap((asked) => {
      const meant = known.filter(({ name, group }) => name === asked || group === asked).map(({ name }) => name)
      if (meant.length > 0) return meant
      throw new Error(`there is no scenario ${asked}, only ${known.map(({ name }) => name).join(', ')}`)
    })
}

function count(option: string, given: string, least: number): number {
  if (!/^[1-9]\d{0,3}$/.test(given) || Number(given) < least) {
    throw new Error(`${option} takes a number from ${least} to 9999, not ${given}`)
  }
  return Number(given)
}
