import { parseArgs } from 'node:util'
import { GROUP_KINDS, type GroupKind } from '../failover/groups.ts'
import { STORE_KINDS, type StoreKind } from '../storm/world.ts'

export const USAGE: string = `Storms of faults over every store, and failovers that lose data, with every history checked.

  pnpm soak                        for 30 minutes, from a seed that it tells
  pnpm soak --minutes 5 --seed 7   for five minutes; what is called and what breaks follows from the seed
  pnpm soak --replay ioredis:123   one storm or failover again: ${[...STORE_KINDS, ...GROUP_KINDS].join(', ')}
  pnpm soak --write                also writes docs/evidence/faults.json

Ends with 1 if an invariant was broken.
`

/** One storm or failover. */
export type Target = { readonly kind: StoreKind | GroupKind; readonly seed: number }

export interface Arguments {
  readonly minutes: number
  readonly seed: number
  readonly replay: Target | undefined
  readonly write: boolean
  readonly help: boolean
}

const MAX_SEED = 0x7fff_ffff

/** @throws for an unknown argument, or a value that is out of range. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    // pnpm hands `--` through
    args: args.filter((arg) => arg !== '--'),
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string' },
      replay: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes < 7 * 24 * 60))
    throw new Error(`minutes must be a number above 0, received ${values.minutes}`)
  return {
    minutes,
    seed: values.seed === undefined ? Math.floor(Math.random() * MAX_SEED) : parseSeed(values.seed),
    replay: values.replay === undefined ? undefined : parseTarget(values.replay),
    write: values.write,
    help: values.help,
  }
}

function parseTarget(text: string): Target {
  const [name, seed = ''] = text.split(':')
  const kind = [...STORE_KINDS, ...GROUP_KINDS].find((known) => known === name)
  if (kind === undefined) throw new Error(`replay must be of the form ioredis:123, received ${text}`)
  return { kind, seed: parseSeed(seed) }
}

function parseSeed(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && seed <= MAX_SEED) return seed
  throw new Error(`a seed must be an integer from 0 to ${MAX_SEED}, received ${text}`)
}
