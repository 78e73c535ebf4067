import type { FaultKind } from '@rl/test-servers'
import { type FailoverReport, runFailover } from '../failover/failover.ts'
import { GROUP_KINDS, type GroupKind } from '../failover/groups.ts'
import { Random } from '../random.ts'
import { runStorm, type StormReport } from '../storm/storm.ts'
import { STORE_KINDS, type StoreKind } from '../storm/world.ts'
import type { Target } from './arguments.ts'

/** The result of one storm or failover. */
export type Result =
  | { readonly type: 'storm'; readonly report: StormReport }
  | { readonly type: 'failover'; readonly report: FailoverReport }
  | { readonly type: 'error'; readonly target: Target; readonly error: unknown }

const DECISIONS = 80_000

/** Mixes of faults: all, or those that lose requests, lose answers, or slow things down. */
const MIXES: readonly [undefined, ...(readonly FaultKind[] | undefined)[]] = [
  undefined,
  undefined,
  ['cut-before', 'refuse', 'half-open', 'status-429', 'status-500'],
  ['cut-after', 'cut-during', 'drop-reply', 'garbage', 'truncated-json', 'empty-body', 'wrong-encoding'],
  ['delay', 'throttle', 'cut-after', 'drop-reply', 'status-502-html'],
]

/** Runs what belongs to a kind and a seed: the same again for the same two. */
export async function runTarget(target: Target): Promise<Result> {
  const { kind, seed } = target
  try {
    if (isGroup(kind)) return { type: 'failover', report: await runFailover({ kind, seed }) }
    const kinds = new Random(seed).pick(MIXES)
    return { type: 'storm', report: await runStorm({ kind, seed, kinds, decisions: DECISIONS, faults: 0 }) }
  } catch (error) {
    return { type: 'error', target, error }
  }
}

/** Storms and failovers side by side, in turn over all kinds, until told to end. */
export async function runUntil(over: () => boolean, seed: number, tell: (result: Result) => void): Promise<void> {
  const random = new Random(seed)
  await Promise.all([
    runInTurn(STORE_KINDS, over, random.fork(), tell),
    runInTurn(GROUP_KINDS, over, random.fork(), tell),
  ])
}

async function runInTurn(
  kinds: readonly Target['kind'][],
  over: () => boolean,
  random: Random,
  tell: (result: Result) => void,
): Promise<void> {
  while (!over()) {
    for (const kind of kinds) {
      if (over()) return
      tell(await runTarget({ kind, seed: random.integer(0, 0x7fff_ffff) }))
    }
  }
}

export function isBroken(result: Result): boolean {
  if (result.type === 'error') return true
  const { violations, unsettled } = result.report
  if (violations.length > 0 || unsettled > 0) return true
  return result.type === 'storm' ? result.report.keysWithoutTtl > 0 : result.report.mostOver > result.report.limit
}

export function targetOf(result: Result): Target {
  return result.type === 'error' ? result.target : result.report
}

function isGroup(kind: StoreKind | GroupKind): kind is GroupKind {
  return GROUP_KINDS.some((group) => group === kind)
}
