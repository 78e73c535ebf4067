import { describe, expect, test } from 'vitest'
import { MAX_WEIGHT, weightToSend } from '../../src/dispatch/send-policy.ts'

const FULL = MAX_WEIGHT

type Row = [queued: number, inFlight: number, parallelism: number, weight: number]

describe('with fewer commands in flight than the store wants, what waits is shared out among those that are missing', () => {
  test.each<Row>([
    [0, 0, 1, 0],
    [1, 0, 1, 16],
    [100, 0, 1, 100],
    [96, 0, 3, 32],
    [100, 0, 2, 50],
    [101, 0, 2, 51],
    [100, 1, 2, 100],
    [20, 0, 8, 16],
    [10_000, 0, 1, FULL],
    [10_000, 0, 8, FULL],
  ])('%i queued, %i in flight of %i: %i', (queued, inFlight, parallelism, weight) => {
    expect(weightToSend(queued, 0, inFlight, parallelism, false)).toBe(weight)
    expect(weightToSend(queued, 0, inFlight, parallelism, true)).toBe(weight)
  })
})

describe('with as many in flight as the store wants, only full commands are sent, and what is urgent', () => {
  test.each<[...Row, urgent: number]>([
    [0, 1, 1, 0, 0],
    [1, 1, 1, 0, 16],
    [FULL - 1, 1, 1, 0, FULL - 1],
    [100, 5, 2, 0, 100],
    [FULL, 1, 1, FULL, FULL],
    [FULL, 15, 1, FULL, FULL],
    [FULL, 16, 1, 0, 0],
    [10_000, 16, 100, 0, 0],
  ])('%i queued, %i in flight of %i: %i, or if urgent %i', (queued, inFlight, parallelism, weight, urgent) => {
    expect(weightToSend(queued, 0, inFlight, parallelism, false)).toBe(weight)
    expect(weightToSend(queued, 0, inFlight, parallelism, true)).toBe(urgent)
  })
})

test('with plenty queued or under way, a store that wants more than two commands gets one less', () => {
  expect(weightToSend(97, 0, 0, 3, false)).toBe(49)
  expect(weightToSend(48, 49, 1, 3, false)).toBe(48)
  expect(weightToSend(48, 49, 2, 3, false)).toBe(0)
  expect(weightToSend(32, 64, 2, 3, false)).toBe(32)
  expect(weightToSend(200, 0, 1, 2, false)).toBe(200)
})

test('never sends more than a command may hold, nor with sixteen in flight, whatever the figures', () => {
  for (const isUrgent of [false, true]) {
    for (let inFlight = 0; inFlight <= 20; inFlight++) {
      for (const parallelism of [1, 2, 7, 16, 1000]) {
        for (const queued of [0, 1, 15, 16, 17, 255, 256, 257, 1e6]) {
          const weight = weightToSend(queued, 0, inFlight, parallelism, isUrgent)
          if (weight === 0) continue
          expect(inFlight).toBeLessThan(16)
          expect(queued).toBeGreaterThanOrEqual(1)
          expect(weight).toBeGreaterThanOrEqual(16)
          expect(weight).toBeLessThanOrEqual(FULL)
        }
      }
    }
  }
})
