import { type BatchRow, batching, type CoalescingRow, coalescing } from './batching.ts'
import { type DenyRow, denyHits } from './deny-hits.ts'
import type { Figures } from './figures.ts'
import { leasePace, type PaceRow } from './lease-pace.ts'
import { type LeaseRow, leaseWaste } from './lease-waste.ts'
import { PARALLELISM } from './parallelism.ts'
import { costsOf, type Plan, plansOf } from './scales.ts'
import { type FanOutRow, fanOut, type SpreadRow, slotSpread } from './slot-spread.ts'
import { type WireBytes, type WireSettings, wireBytes } from './wire.ts'
import type { ProbeRow } from './wire-probe.ts'

/** The whole of `simulation.json`. */
export interface Simulation {
  readonly seed: number
  readonly figures: Figures
  readonly wire: {
    readonly settings: WireSettings
    readonly rows: readonly WireBytes[]
    readonly probe: readonly ProbeRow[]
  }
  readonly spread: readonly SpreadRow[]
  readonly fanOut: readonly FanOutRow[]
  readonly lease: readonly LeaseRow[]
  readonly pace: readonly PaceRow[]
  readonly denials: readonly DenyRow[]
  readonly coalescing: readonly CoalescingRow[]
  readonly batching: readonly BatchRow[]
  readonly plans: readonly Plan[]
}

const SEED = 2026
const ROUND_TRIP_MS = 1
/** 12, 48 and their multiples fit the numbers of masters; powers of two do not. */
const TAGS = [undefined, 12, 16, 48, 64, 192, 256, 768, 1024, 4096, 16_384]
const SPREAD = { identifiers: 100_000, masters: [3, 6, 12, 48], hashTags: TAGS }
export const WIRE: WireSettings = { idBytes: 36, windows: 1, usedDigits: 3 }
export const WIRE_SIZES: readonly number[] = [1, 16, 64, 256]

/** From the same figures always the same. */
export async function simulate(
  figures: Figures,
  probe: readonly ProbeRow[],
  say: (what: string) => void,
): Promise<Simulation> {
  say('slots')
  const spread = [0, 1.1].flatMap((zipf) => slotSpread({ ...SPREAD, zipf }))
  const fan = fanOut(SPREAD.identifiers, [undefined, 1, 3, 6, ...TAGS.slice(1)], SEED)
  say('leases')
  const lease = await leases()
  const pace = await inTurn([1, 3, 10, 30, 100, 300, 1000, 10_000], (callsPerSecond) =>
    leasePace(callsPerSecond, { roundTripMs: ROUND_TRIP_MS, calls: 5000, leastMs: 5000, seed: SEED }),
  )
  say('deny cache')
  const denials = await inTurn(DENIALS, (settings) => denyHits({ ...FLOOD, ...settings }))
  say('batches')
  const shared = await inTurn(product([0.8, 1.1], [64, 256, 1024, 4096]), ([zipf, callers]) =>
    coalescing({ zipf, identifiers: 10_000, callers, roundTrips: 20, roundTripMs: ROUND_TRIP_MS, seed: SEED }),
  )
  const perRoundTrips = [0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]
  const parallelisms = [...new Set(Object.values(PARALLELISM))]
  const batches = await inTurn(product(parallelisms, perRoundTrips), ([parallelism, perRoundTrip]) =>
    batching({
      parallelism,
      perRoundTrip,
      roundTripMs: ROUND_TRIP_MS,
      calls: Math.max(3000, 20 * perRoundTrip),
      seed: SEED,
    }),
  )
  const rows = WIRE_SIZES.map((takes) => wireBytes(takes, WIRE))
  const plans = plansOf(costsOf(figures, batches, rows), pace, denials)
  return {
    seed: SEED,
    figures,
    wire: { settings: WIRE, rows, probe },
    spread,
    fanOut: fan,
    lease,
    pace,
    denials,
    coalescing: shared,
    batching: batches,
    plans,
  }
}

const FLOOD = { limit: 10, windowMs: 60_000, forMs: 4000, roundTripMs: ROUND_TRIP_MS, seed: SEED }
const DENIALS = [
  { zipf: 0.8, identifiers: 100_000, callsPerSecond: 20_000, maxKeys: 10_000 },
  { zipf: 1.1, identifiers: 100_000, callsPerSecond: 20_000, maxKeys: 10_000 },
  { zipf: 1.1, identifiers: 100_000, callsPerSecond: 20_000, maxKeys: 100 },
  { zipf: 1.1, identifiers: 100_000, callsPerSecond: 2000, maxKeys: 10_000 },
]

function leases(): Promise<readonly LeaseRow[]> {
  const common = { limit: 10_000, windowMs: 10_000, windows: 2, roundTripMs: ROUND_TRIP_MS, seed: SEED }
  const even = product([1, 4, 16, 64], [0.5, 0.9, 1, 1.5, 4]).map(([hosts, demand]) => ({ hosts, demand, hostZipf: 0 }))
  const skewed = product([4, 16, 64], [0.9, 1, 1.5]).map(([hosts, demand]) => ({ hosts, demand, hostZipf: 1 }))
  const plain = [...even, ...skewed].map((each) => ({ ...common, ...each, denyCache: false }))
  const both = [1, 4, 16, 64].map((hosts) => ({ ...common, hosts, demand: 4, hostZipf: 0, denyCache: true }))
  return inTurn([...plain, ...both], leaseWaste)
}

function product<A, B>(first: readonly A[], second: readonly B[]): [A, B][] {
  return first.flatMap((a) => second.map((b): [A, B] => [a, b]))
}

/** One after the other: simulated time is the whole process's. */
async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (const item of items) done.push(await run(item))
  return done
}
