import { parseArgs } from 'node:util'

/** How much is measured. */
export interface Plan {
  readonly mode: 'quick' | 'full'
  /** Each server is loaded once a round. */
  readonly rounds: number
  readonly roundMs: number
  /** Once for each server, until its code is compiled. */
  readonly settleMs: number
  /** Before the first round of a case, for each server. */
  readonly warmUpMs: number
}

export const FULL: Plan = { mode: 'full', rounds: 7, roundMs: 500, settleMs: 1500, warmUpMs: 200 }
export const QUICK: Plan = { mode: 'quick', rounds: 3, roundMs: 150, settleMs: 500, warmUpMs: 80 }

/** The load on each server. */
export interface Case {
  readonly connections: number
  /** How many keys requests count for, in turns. */
  readonly keys: number
}

/** So many that hardly two requests on their way at once have the same. */
const DISTINCT = 100_000
const FEW = 4

export const CASES: readonly Case[] = [1, 256].flatMap((connections) =>
  [DISTINCT, FEW].map((keys) => ({ connections, keys })),
)

export function caseName({ connections, keys }: Case): string {
  return `${connections} ${connections === 1 ? 'connection' : 'connections'}, ${keys === FEW ? `${FEW} keys` : 'distinct keys'}`
}

export const USAGE = `Usage: npx --yes pnpm@12 api-load [options]

Loads bare HTTP servers and the same behind rate limiters, in turns, and writes docs/evidence/http-overhead.md.

  --quick    less of everything: under 40 seconds instead of under 3 minutes
  --dry      writes nothing
  --report   measures nothing: writes the page again from the figures of the last run
  --help, -h this text
`

export interface Arguments {
  readonly plan: Plan
  readonly dry: boolean
  readonly report: boolean
  readonly help: boolean
}

/** @throws for an unknown argument. */
export function parseArguments(args: readonly string[]): Arguments {
  const off = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'), // pnpm hands it through
    options: { quick: off, dry: off, report: off, help: { ...off, short: 'h' } },
  })
  const { quick, dry, report, help } = values
  return { plan: quick ? QUICK : FULL, dry, report, help }
}
