import { expect, test } from 'vitest'
import { picker, random, zipfShares } from '../src/random.ts'
import { batching, coalescing } from '../src/simulation/batching.ts'
import { denyHits } from '../src/simulation/deny-hits.ts'
import { leasePace } from '../src/simulation/lease-pace.ts'
import { leaseWaste } from '../src/simulation/lease-waste.ts'
import { PARALLELISM } from '../src/simulation/parallelism.ts'
import { fanOut } from '../src/simulation/slot-spread.ts'

const LEASES = { hostZipf: 0, denyCache: false, limit: 1000, windowMs: 1000, windows: 3, roundTripMs: 1 }
const FLOOD = { zipf: 1.1, identifiers: 1000, limit: 5, windowMs: 60_000, forMs: 1000, roundTripMs: 1 }

const SIMULATIONS: Readonly<Record<string, (seed: number) => unknown>> = {
  'lease waste': (seed) => leaseWaste({ ...LEASES, hosts: 4, demand: 1.2, seed }),
  'lease pace': (seed) => leasePace(50, { roundTripMs: 1, calls: 200, leastMs: 1000, seed }),
  'deny cache': (seed) => denyHits({ ...FLOOD, callsPerSecond: 2000, maxKeys: 100, seed }),
  coalescing: (seed) => coalescing({ zipf: 1.1, identifiers: 1000, callers: 64, roundTrips: 5, roundTripMs: 1, seed }),
  batching: (seed) =>
    batching({ parallelism: PARALLELISM.ioredis, perRoundTrip: 20, roundTripMs: 1, calls: 500, seed }),
  'fan-out': (seed) => fanOut(5000, [16, 64], seed),
}

test.each(Object.entries(SIMULATIONS))('%s: the same seed gives the same numbers', async (_, run) => {
  const first = await run(1)
  expect(await run(1)).toEqual(first)
  expect(await run(2)).not.toEqual(first)
})

test('the real clock is back afterwards', async () => {
  const before = performance.now()
  await SIMULATIONS.batching?.(1)
  expect(performance.now()).toBeGreaterThanOrEqual(before)
  expect(Object.hasOwn(performance, 'now')).toBe(false)
})

test.each([
  [1, 4, 0, false],
  [4, 1, 0, false],
  [4, 1.5, 1, false],
  [16, 1, 1, false],
  [64, 2, 0, false],
  [64, 4, 0, true],
])(
  '%i hosts with leases that ask for %f of the limit never get more than it',
  async (hosts, demand, hostZipf, denyCache) => {
    const row = await leaseWaste({ ...LEASES, hosts, demand, hostZipf, denyCache, seed: 7 })
    expect(row.mostAdmitted).toBeLessThanOrEqual(1)
    expect(row.admitted).toBeLessThanOrEqual(1)
    expect(row.fromLease).toBeGreaterThan(0)
    // Hosts held the units counted beyond those admitted: never less than nothing, a tenth for each at most.
    expect(row.unused).toBeGreaterThanOrEqual(0)
    expect(row.unused).toBeLessThanOrEqual(hosts * 0.1)
  },
)

test('demand beyond the limit leaves nothing unused when one host has it all', async () => {
  const row = await leaseWaste({ ...LEASES, hosts: 1, demand: 4, seed: 7 })
  expect(row).toMatchObject({ mostAdmitted: 1, unused: 0 })
})

test('with one call at a time nothing is batched, with many all that wait', async () => {
  const one = await coalescing({ zipf: 0, identifiers: 10, callers: 1, roundTrips: 10, roundTripMs: 1, seed: 1 })
  expect(one).toMatchObject({ decisionsPerTake: 1, takesPerCommand: 1 })
  const same = await coalescing({ zipf: 0, identifiers: 1, callers: 40, roundTrips: 10, roundTripMs: 1, seed: 1 })
  expect(same).toMatchObject({ decisionsPerTake: 40, takesPerCommand: 1 })
})

test('a flood on one identifier asks the store once a second', async () => {
  const row = await denyHits({ ...FLOOD, identifiers: 1, callsPerSecond: 1000, forMs: 4000, maxKeys: 10, seed: 1 })
  expect(row.denied).toBe(1)
  expect(row.toStore).toBeLessThan(0.005)
  expect(row.hits).toBe(1 - row.toStore)
})

test('Zipf shares sum up to 1 and are drawn accordingly', () => {
  const shares = zipfShares(4, 1)
  expect(shares.map((share) => share / (shares[3] ?? 0))).toEqual(
    [4, 2, 4 / 3, 1].map((ratio) => expect.closeTo(ratio)),
  )
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
  const pick = picker(shares, random(3))
  const drawn = [0, 0, 0, 0]
  for (let i = 0; i < 10_000; i++) {
    const place = pick()
    drawn[place] = (drawn[place] ?? 0) + 1
  }
  drawn.forEach((count, i) => {
    expect(count / 10_000).toBeCloseTo(shares[i] ?? 0, 1)
  })
})
