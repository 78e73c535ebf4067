import { expect, test, vi } from 'vitest'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from './clocked-store.ts'

fakeTime()

// Four queues, as four processes have them, over one store and many windows.

const WINDOW_MS = 1000
const LIMIT = 12
const PROCESSES = 4

interface Admitted {
  readonly process: number
  readonly id: string
  readonly nth: number
  readonly cost: number
  readonly at: number
}

test.each<[string, costOf: (random: () => number) => number, mostPerEdge: number]>([
  ['equal costs', () => 1, 1],
  ['costs of 1 to 6', (random) => 1 + Math.floor(random() * 6), 2],
])(
  'with %s the limit holds, nobody is overtaken, and no window has room that is waited for',
  async (_, costOf, mostPerEdge) => {
    const random = numbersFrom(7)
    vi.spyOn(Math, 'random').mockImplementation(random)
    const store = new ClockedStore()
    const options = { limit: LIMIT, window: WINDOW_MS }
    const queues = Array.from({ length: PROCESSES }, () => waitQueue(limiterOn(store, options), { maxWaitMs: 1e9 }))
    const ids = Array.from({ length: 10 }, (_, i) => `id${i}`)
    const admitted: Admitted[] = []
    const waiting: Promise<unknown>[] = []
    for (let nth = 0; nth < 800; nth++) {
      const [process, id, cost] = [nth % PROCESSES, ids[Math.floor(random() * ids.length)] as string, costOf(random)]
      const call = queues[process]?.limit(id, { cost }) as Promise<{
        readonly allowed: boolean
        readonly resetAt: number
      }>
      waiting.push(
        call.then(({ allowed, resetAt }) => allowed && admitted.push({ process, id, nth, cost, at: resetAt })),
      )
    }
    await pass(0)
    let edges = 0
    store.commands.length = 0
    while (admitted.length < 800 && edges < 100) {
      await pass(WINDOW_MS)
      edges++
    }
    await Promise.all(waiting)

    const used = new Map<string, number>()
    for (const { id, at, cost } of admitted) used.set(`${id} ${at}`, (used.get(`${id} ${at}`) ?? 0) + cost)
    expect(Math.max(...used.values())).toBeLessThanOrEqual(LIMIT)
    for (const id of ids) {
      for (let process = 0; process < PROCESSES; process++) {
        const own = admitted.filter((each) => each.id === id && each.process === process).map(({ nth }) => nth)
        expect(own).toEqual(own.toSorted((a, b) => a - b))
      }
    }
    // The rest of each window was too little for the first call of every process that still waited.
    for (const [key, units] of used) {
      const [id, end] = key.split(' ')
      for (let process = 0; process < PROCESSES; process++) {
        const next = admitted.find((each) => each.id === id && each.process === process && each.at > Number(end))
        expect(next?.cost ?? LIMIT).toBeGreaterThan(LIMIT - units)
      }
    }
    expect(store.commands.length / edges).toBeLessThanOrEqual(PROCESSES * mostPerEdge)
  },
)

/** Numbers from 0 to below 1, the same for each test. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
