import { describe, expect, test } from 'vitest'
import { type Costs, deploy, deployOn, grownBatch, type Load, tagsMet } from '../src/simulation/capacity.ts'
import { fitCost, usPerTake } from '../src/simulation/cost.ts'
import { figuresOf } from '../src/simulation/figures.ts'
import { PARALLELISM } from '../src/simulation/parallelism.ts'
import { RESULTS } from './results.ts'

/** Batches are as large as what comes within a round trip, up to 100. */
const BATCHES = [PARALLELISM.ioredis, PARALLELISM.cluster].flatMap((parallelism) => [
  { parallelism, perRoundTrip: 1, takesPerCommand: 1 },
  { parallelism, perRoundTrip: 100, takesPerCommand: 100 },
])

const COSTS: Costs = {
  server: { perCommandUs: 9, perTakeUs: 1 },
  client: { perCommandUs: 18, perTakeUs: 2 },
  localUs: 0.5,
  bytesPerIdentifier: 200,
  sent: { perCommand: 100, perTake: 50 },
  received: { perCommand: 20, perTake: 10 },
  batches: BATCHES,
}

const LOAD: Load = {
  decisionsPerSecond: 100_000,
  processes: 10,
  roundTripMs: 1,
  takesPerDecision: 1,
  identifiers: 1_000_000,
  maxUse: 0.5,
}

describe('a fit', () => {
  test('finds the line that made the points', () => {
    const cost = { perCommandUs: 12, perTakeUs: 1.5 }
    const points = [1, 16, 64, 256].map((takesPerCommand) => ({
      takesPerCommand,
      usPerTake: usPerTake(cost, takesPerCommand),
    }))
    expect(fitCost(points)).toEqual({ perCommandUs: expect.closeTo(12), perTakeUs: expect.closeTo(1.5) })
  })

  test('has no part below zero', () => {
    const cheap = [
      { takesPerCommand: 1, usPerTake: 10 },
      { takesPerCommand: 2, usPerTake: 1 },
    ]
    expect(fitCost(cheap).perTakeUs).toBe(0)
    const dear = [
      { takesPerCommand: 1, usPerTake: 1 },
      { takesPerCommand: 2, usPerTake: 10 },
    ]
    expect(fitCost(dear).perCommandUs).toBe(0)
    expect(() => fitCost(cheap.slice(1))).toThrow('different sizes')
  })
})

describe('a deployment', () => {
  test('of one server, by hand', () => {
    // 10 000 takes/s and process, 10 within 1 ms: batches of 10, 9/10 + 1 = 1.9 µs each, 0.19 of a core.
    expect(deploy(COSTS, LOAD, { kind: 'servers' })).toEqual({
      masters: 1,
      takesPerSecond: 100_000,
      takesPerRoundTrip: 10,
      takesPerCommand: 10,
      commandsPerSecond: 10_000,
      serverUsPerTake: 1.9,
      use: expect.closeTo(0.19),
      clientCores: expect.closeTo(0.038),
      memoryBytes: 200_000_000,
      sentBitsPerSecond: 8 * (100 * 10_000 + 50 * 100_000),
      receivedBitsPerSecond: 8 * (20 * 10_000 + 10 * 100_000),
    })
  })

  test('of several servers: batches shrink as there are more', () => {
    // 1 M/s: on m servers batches of 100/m, so 9·m/100 + 1 µs. 3 servers: 1.27/3 = 0.42 of each; 2: 1.18/2 = 0.59.
    const million = { ...LOAD, decisionsPerSecond: 1e6 }
    expect(deployOn(COSTS, million, { kind: 'servers' }, 2).use).toBeCloseTo(0.59)
    expect(deploy(COSTS, million, { kind: 'servers' })).toMatchObject({ masters: 3, use: expect.closeTo(0.4233) })
  })

  test('of a Cluster with a tag for each identifier: nothing is batched', () => {
    // 100 000 × 10 µs = 1 core, at most half busy: 2.
    expect(deploy(COSTS, LOAD, { kind: 'cluster', tagsPerMaster: undefined })).toMatchObject({
      masters: 2,
      takesPerCommand: 1,
      use: 0.5,
    })
  })

  test('of a Cluster with tags: a list is split by them', () => {
    const on = deployOn(COSTS, LOAD, { kind: 'cluster', tagsPerMaster: 2 }, 3)
    expect(on.takesPerCommand).toBeCloseTo(10 / (6 * (1 - (5 / 6) ** 10)))
  })

  test('with local answers: only takes load the server, the rest the process', () => {
    const on = deploy(COSTS, { ...LOAD, takesPerDecision: 0.1 }, { kind: 'servers' })
    expect(on).toMatchObject({ masters: 1, takesPerSecond: 10_000, takesPerCommand: 1, use: expect.closeTo(0.1) })
    expect(on.clientCores).toBeCloseTo((10_000 * (0.1 * 20 + 0.9 * 0.5)) / 1e6)
  })
})

test('tags met, and batches between what was simulated', () => {
  expect(tagsMet(2, 1)).toBe(1)
  expect(tagsMet(2, 2)).toBe(1.5)
  expect(tagsMet(1, 50)).toBe(1)
  expect(grownBatch(BATCHES, PARALLELISM.ioredis, 0.01)).toBe(1)
  expect(grownBatch(BATCHES, PARALLELISM.ioredis, 50.5)).toBe(50.5)
  expect(grownBatch(BATCHES, PARALLELISM.ioredis, 1e6)).toBe(100)
  expect(() => grownBatch(BATCHES, 99, 1)).toThrow('parallelism 99')
})

test('a run that left out what is needed is refused by name', () => {
  expect(() => figuresOf(RESULTS, [])).toThrow()
})
