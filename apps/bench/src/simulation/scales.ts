import type { BatchRow } from './batching.ts'
import { type Costs, type Deployment, deploy, type Layout, type Load } from './capacity.ts'
import type { DenyRow } from './deny-hits.ts'
import type { Figures } from './figures.ts'
import type { PaceRow } from './lease-pace.ts'
import type { WireBytes } from './wire.ts'

/** One thing to deploy, and what the model says of it. */
export interface Plan {
  readonly scale: string
  /** The limiter's settings, in words. */
  readonly how: string
  readonly load: Load
  readonly layout: Layout
  readonly deployment: Deployment
}

/** A process that serves HTTP makes hardly more decisions than this; a number to be replaced by one's own. */
const DECISIONS_PER_PROCESS = 20_000

export function costsOf(figures: Figures, batches: readonly BatchRow[], wire: readonly WireBytes[]): Costs {
  const [one, many] = [wire[0], wire.at(-1)]
  if (one === undefined || many === undefined || one === many) throw new Error('bytes of two sizes are needed')
  const line = (of: 'sent' | 'received'): Costs['sent'] => {
    const perTake = (many[of] - one[of]) / (many.takes - one.takes)
    return { perCommand: one[of] - perTake * one.takes, perTake }
  }
  return {
    server: figures.serverCpu.fit,
    client: figures.clientCpu.fit,
    localUs: 1e6 / figures.leasedPerSecond,
    bytesPerIdentifier: figures.bytes.redisOneWindow,
    sent: line('sent'),
    received: line('received'),
    batches,
  }
}

const SERVERS: Layout = { kind: 'servers' }
const cluster = (tagsPerMaster: number | undefined): Layout => ({ kind: 'cluster', tagsPerMaster })

export function plansOf(costs: Costs, paces: readonly PaceRow[], denials: readonly DenyRow[]): readonly Plan[] {
  const small = load(10_000, 4, 1_000_000)
  const middle = load(1e6, 1e6 / DECISIONS_PER_PROCESS, 10_000_000)
  const large = load(1e8, 1e8 / DECISIONS_PER_PROCESS, 100_000_000)
  const leased = (callsPerSecond: number): Partial<Load> => ({ takesPerDecision: paceAt(paces, callsPerSecond) })
  const flood = denials.find(({ zipf }) => zipf > 1)
  const denied = { takesPerDecision: flood?.toStore ?? 1 }
  const plan = (scale: string, how: string, base: Load, change: Partial<Load>, layout: Layout): Plan => {
    const full = { ...base, ...change }
    return { scale, how, load: full, layout, deployment: deploy(costs, full, layout) }
  }
  return [
    plan('10 k/s', 'exact', small, {}, SERVERS),
    plan('10 k/s', 'exact', small, {}, cluster(undefined)),
    plan('1 M/s', 'exact', middle, {}, SERVERS),
    plan('1 M/s', 'exact, 5 ms', middle, { roundTripMs: 5 }, SERVERS),
    plan('1 M/s', 'exact, 16 processes', middle, { processes: 16 }, SERVERS),
    plan('1 M/s', 'exact', middle, {}, cluster(undefined)),
    plan('1 M/s', 'exact', middle, {}, cluster(16)),
    plan('1 M/s', 'exact', middle, {}, cluster(1)),
    plan('1 M/s', 'exact, 5 ms', middle, { roundTripMs: 5 }, cluster(1)),
    plan('1 M/s', 'deny cache, flood', middle, denied, SERVERS),
    plan('1 M/s', 'lease, 10 calls/s per identifier and process', middle, leased(10), SERVERS),
    plan('1 M/s', 'lease, 100 calls/s per identifier and process', middle, leased(100), SERVERS),
    plan('100 M/s', 'exact', large, {}, SERVERS),
    plan('100 M/s', 'exact, 100 cells of 50 processes, each cell', cell(large, 100), {}, SERVERS),
    plan('100 M/s', 'lease, 100 calls/s per identifier and process', large, leased(100), SERVERS),
    plan('100 M/s', 'lease, 1000 calls/s per identifier and process', large, leased(1000), SERVERS),
    plan('100 M/s', 'lease, 1000 calls/s per identifier and process', large, leased(1000), cluster(1)),
    plan('100 M/s', '100 cells, lease at 100 calls/s, each cell', cell(large, 100), leased(100), SERVERS),
  ]
}

function load(decisionsPerSecond: number, processes: number, identifiers: number): Load {
  return { decisionsPerSecond, processes, roundTripMs: 1, takesPerDecision: 1, identifiers, maxUse: 0.6 }
}

/** Processes and masters that have a part of the identifiers to themselves. */
function cell(whole: Load, cells: number): Load {
  return {
    ...whole,
    decisionsPerSecond: whole.decisionsPerSecond / cells,
    processes: whole.processes / cells,
    identifiers: whole.identifiers / cells,
  }
}

function paceAt(paces: readonly PaceRow[], callsPerSecond: number): number {
  const pace = paces.find((row) => row.callsPerSecond === callsPerSecond)
  if (pace === undefined) throw new Error(`a lease was not simulated at ${callsPerSecond} calls per second`)
  return pace.takesPerCall
}
