import { describe, expect, test } from 'vitest'
import { MAX_WEIGHT, nextSend, type Reason, type SendAction } from '../../src/dispatch/send-policy.ts'

type Row = [queued: number, inFlight: number, parallelism: number, reason: Reason, atLeast: number, action: SendAction]

const FULL = MAX_WEIGHT

describe('an entry was added', () => {
  test.each<Row>([
    [1, 0, 1, 'added', FULL, 'this turn'],
    [FULL - 1, 0, 1, 'added', FULL, 'this turn'],
    [1, 1, 1, 'added', FULL, 'wait'],
    [1, 1, 8, 'added', FULL, 'wait'],
    [FULL - 1, 1, 1, 'added', FULL, 'wait'],
    [FULL, 0, 1, 'added', FULL, FULL],
    [FULL, 1, 1, 'added', FULL, FULL],
    [FULL, 0, 2, 'added', FULL, FULL / 2],
    [FULL, 1, 2, 'added', FULL, FULL],
    [FULL, 15, 1, 'added', FULL, FULL],
    [FULL, 16, 1, 'added', FULL, 'wait'],
    [FULL, 16, 64, 'added', FULL, 'wait'],
  ])(
    '%i queued, %i in flight of %i (%s, at least %i): %s',
    (queued, inFlight, parallelism, reason, atLeast, action) => {
      expect(nextSend(queued, inFlight, parallelism, reason, atLeast)).toBe(action)
    },
  )
})

describe('an entry was added after a full command was sent in this turn', () => {
  test.each<Row>([
    [1, 1, 1, 'added after a full one', FULL, 'wait'],
    [FULL, 1, 2, 'added after a full one', FULL, 'wait'],
    [FULL, 1, 1, 'added after a full one', FULL, FULL],
    [FULL, 2, 2, 'added after a full one', FULL, FULL],
    [1, 0, 1, 'added after a full one', FULL, 'this turn'],
  ])(
    '%i queued, %i in flight of %i (%s, at least %i): %s',
    (queued, inFlight, parallelism, reason, atLeast, action) => {
      expect(nextSend(queued, inFlight, parallelism, reason, atLeast)).toBe(action)
    },
  )
})

describe.each<Reason>(['turn', 'urgent'])('%s', (reason) => {
  test.each<[queued: number, inFlight: number, parallelism: number, atLeast: number, action: SendAction]>([
    [0, 0, 1, 0, 'wait'],
    [0, 0, 1, 1, 'wait'],
    [1, 0, 1, 1, 16],
    [1, 0, 1, 2, 'wait'],
    [100, 0, 1, 1, 100],
    [100, 0, 2, 1, 50],
    [101, 0, 2, 1, 51],
    [100, 1, 2, 1, 100],
    [100, 5, 2, 1, 100],
    [20, 0, 8, 1, 16],
    [10_000, 0, 1, 1, FULL],
    [10_000, 0, 8, 1, FULL],
    [10_000, 15, 1, 1, FULL],
    [10_000, 16, 1, 1, 'wait'],
    [10_000, 16, 100, 1, 'wait'],
  ])('%i queued, %i in flight of %i, at least %i: %s', (queued, inFlight, parallelism, atLeast, action) => {
    expect(nextSend(queued, inFlight, parallelism, reason, atLeast)).toBe(action)
  })
})

test('never sends more than a command may hold, nor with sixteen in flight, whatever the figures', () => {
  const reasons: Reason[] = ['added', 'added after a full one', 'turn', 'urgent']
  for (const reason of reasons) {
    for (let inFlight = 0; inFlight <= 20; inFlight++) {
      for (const parallelism of [1, 2, 7, 16, 1000]) {
        for (const queued of [0, 1, 15, 16, 17, 255, 256, 257, 1e6]) {
          for (const atLeast of [1, 16, FULL]) {
            const action = nextSend(queued, inFlight, parallelism, reason, atLeast)
            if (typeof action !== 'number') continue
            expect(inFlight).toBeLessThan(16)
            expect(queued).toBeGreaterThanOrEqual(1)
            expect(action).toBeGreaterThanOrEqual(16)
            expect(action).toBeLessThanOrEqual(FULL)
          }
        }
      }
    }
  }
})
