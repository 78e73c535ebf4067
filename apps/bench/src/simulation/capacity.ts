import type { BatchRow } from './batching.ts'
import { type Cost, usPerTake } from './cost.ts'
import { PARALLELISM } from './parallelism.ts'

/** The cost of each thing. */
export interface Costs {
  readonly server: Cost
  readonly client: Cost
  /** Client time of a decision that needs no store. */
  readonly localUs: number
  readonly bytesPerIdentifier: number
  /** Bytes per command and per take, in each direction. */
  readonly sent: { readonly perCommand: number; readonly perTake: number }
  readonly received: { readonly perCommand: number; readonly perTake: number }
  /** How large batches get by themselves. */
  readonly batches: readonly BatchRow[]
}

export interface Load {
  readonly decisionsPerSecond: number
  readonly processes: number
  /** From a call's departure to its answer, waiting in the server included. */
  readonly roundTripMs: number
  /** The takes that coalescing, leases and the deny cache leave for the store. */
  readonly takesPerDecision: number
  readonly identifiers: number
  /** How busy a master may be. */
  readonly maxUse: number
}

/**
 * `servers`: masters that know nothing of each other, identifiers spread over them by the application, a limiter for each,
 * through ioredis, as that is what the costs were measured with.
 * `cluster`: one Redis Cluster, with `tagsPerMaster` hash tags for each master, or with one for each identifier.
 */
export type Layout =
  | { readonly kind: 'servers' }
  | { readonly kind: 'cluster'; readonly tagsPerMaster: number | undefined }

export interface Deployment {
  readonly masters: number
  readonly takesPerSecond: number
  /** Per process. */
  readonly takesPerRoundTrip: number
  readonly takesPerCommand: number
  readonly commandsPerSecond: number
  readonly serverUsPerTake: number
  /** Of each master's core. */
  readonly use: number
  /** Cores that the limiter takes in each process. */
  readonly clientCores: number
  readonly memoryBytes: number
  readonly sentBitsPerSecond: number
  readonly receivedBitsPerSecond: number
}

const MOST_MASTERS = 1 << 20

/** The fewest masters that carry the load. */
export function deploy(costs: Costs, load: Load, layout: Layout): Deployment {
  const on = (masters: number): Deployment => deployOn(costs, load, layout, masters)
  let enough = 1
  while (on(enough).use > load.maxUse) {
    enough *= 2
    if (enough > MOST_MASTERS) throw new Error('no number of masters carries this load')
  }
  let short = Math.floor(enough / 2)
  // More masters make batches smaller, but each is less busy all the same.
  while (enough - short > 1) {
    const middle = Math.floor((short + enough) / 2)
    if (on(middle).use > load.maxUse) short = middle
    else enough = middle
  }
  return on(enough)
}

export function deployOn(costs: Costs, load: Load, layout: Layout, masters: number): Deployment {
  const takesPerSecond = load.decisionsPerSecond * load.takesPerDecision
  const takesPerRoundTrip = (takesPerSecond / load.processes) * (load.roundTripMs / 1000)
  const takesPerCommand = batchSize(costs.batches, takesPerRoundTrip, layout, masters)
  const commandsPerSecond = takesPerSecond / takesPerCommand
  const serverUsPerTake = usPerTake(costs.server, takesPerCommand)
  const clientUs =
    load.takesPerDecision * usPerTake(costs.client, takesPerCommand) + (1 - load.takesPerDecision) * costs.localUs
  const bits = ({ perCommand, perTake }: Costs['sent']): number =>
    8 * (perCommand * commandsPerSecond + perTake * takesPerSecond)
  return {
    masters,
    takesPerSecond,
    takesPerRoundTrip,
    takesPerCommand,
    commandsPerSecond,
    serverUsPerTake,
    use: (takesPerSecond * serverUsPerTake) / 1e6 / masters,
    clientCores: ((load.decisionsPerSecond / load.processes) * clientUs) / 1e6,
    memoryBytes: load.identifiers * costs.bytesPerIdentifier,
    sentBitsPerSecond: bits(costs.sent),
    receivedBitsPerSecond: bits(costs.received),
  }
}

function batchSize(batches: readonly BatchRow[], perRoundTrip: number, layout: Layout, masters: number): number {
  if (layout.kind === 'servers') return grownBatch(batches, PARALLELISM.ioredis, perRoundTrip / masters)
  const list = grownBatch(batches, PARALLELISM.cluster, perRoundTrip)
  if (layout.tagsPerMaster === undefined) return 1
  return list / tagsMet(layout.tagsPerMaster * masters, list)
}

/** How many different tags this many identifiers have, on average. */
export function tagsMet(tags: number, identifiers: number): number {
  return Math.max(1, tags * (1 - (1 - 1 / tags) ** identifiers))
}

/** As simulated, and between what was simulated on a straight line. */
export function grownBatch(batches: readonly BatchRow[], parallelism: number, perRoundTrip: number): number {
  const rows = batches.filter((row) => row.parallelism === parallelism)
  const above = rows.findIndex((row) => row.perRoundTrip >= perRoundTrip)
  const [low, high] = above < 0 ? [rows.at(-1), rows.at(-1)] : [rows[Math.max(0, above - 1)], rows[above]]
  if (low === undefined || high === undefined)
    throw new Error(`no batches were simulated for parallelism ${parallelism}`)
  if (high === low)
    return above < 0 ? high.takesPerCommand : Math.max(1, Math.min(high.takesPerCommand, 1 + perRoundTrip))
  const part = (perRoundTrip - low.perRoundTrip) / (high.perRoundTrip - low.perRoundTrip)
  return low.takesPerCommand + part * (high.takesPerCommand - low.takesPerCommand)
}
