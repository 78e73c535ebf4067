import type { Operation, Reply } from '@rl/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { outcomeOf, storeOfSystem, T0 } from '../support.ts'
import { Oracle } from './oracle.ts'
import { IDS, RandomOperations, randomOf, SCOPES } from './random-operations.ts'

/** Of each identifier, drops the counters that have ended. Tokens go a few at a time: enough operations for all of them to go. */
const CLEAN_UP: readonly Operation[] = Array.from({ length: 3 }, () => SCOPES)
  .flat()
  .flatMap((scope) => IDS.map((id) => ({ kind: 'clear', scope, id, windows: [] })))

function shown(reply: Reply | Error): unknown {
  return reply instanceof Error ? outcomeOf(reply) : structuredClone(reply)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('whatever is asked, in whatever order, while the clock goes on, jumps ahead and is turned back', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    'history %i: apply, answersAtOnce and the oracle agree',
    async (seed) => {
      const random = randomOf(seed)
      const operations = new RandomOperations(random)
      const oracle = new Oracle()
      const [byList, atOnce] = [storeOfSystem(), storeOfSystem()]
      let now = T0
      for (let step = 0; step < 400; step++) {
        const chance = random()
        // Before the clock is turned back, what has ended must be gone everywhere: it would be open again.
        if (chance < 0.03) {
          await byList.store.apply(CLEAN_UP)
          for (const operation of CLEAN_UP) atOnce.store.capabilities.answersAtOnce(operation)
          oracle.answer(CLEAN_UP[0] as Operation, now)
          now -= Math.floor(random() * 3000)
        } else if (chance < 0.5) now += Math.floor(random() * 150)
        else if (chance < 0.53) now += Math.floor(random() * 3000)
        byList.clock.now = atOnce.clock.now = now

        const list = Array.from({ length: 1 + Math.floor(random() * 4) }, () => operations.next(now))
        const due = list.map((operation) => oracle.answer(operation, now))
        expect((await byList.store.apply(list)).map(shown)).toEqual(due)
        expect(list.map((operation) => shown(atOnce.store.capabilities.answersAtOnce(operation)))).toEqual(due)
        for (const [i, operation] of list.entries()) {
          const reply = due[i]
          if (operation.kind === 'take' && typeof reply === 'object' && 'timesTaken' in reply)
            operations.learn(operation, reply)
        }
        expect([byList.store.size, atOnce.store.size]).toEqual([oracle.size, oracle.size])
      }
    },
  )
})
