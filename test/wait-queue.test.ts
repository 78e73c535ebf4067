import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { expect, test } from 'vitest'

const PROCESSES = 4
const IDS = Array.from({ length: tenthUnlessThorough(100) }, (_, i) => `user_${i}`)
const CALLS_OF_EACH = tenthUnlessThorough(30)
const LIMIT = 5
const WINDOW_MS = 1000
const WAITERS = PROCESSES * IDS.length * CALLS_OF_EACH

/** For each identifier, the ends of the windows that admitted its calls, in the order the calls were made. */
type Admissions = Readonly<Record<string, readonly number[]>>

test(`${WAITERS} calls of ${PROCESSES} processes that wait for room are admitted in order, and no window admits more than its limit`, async () => {
  const server = await startRedis()
  const limiter = { name: 'waiting', limit: LIMIT, window: WINDOW_MS }
  const order = { redisUrl: server.url, limiter, ids: IDS, callsOfEach: CALLS_OF_EACH }
  const processes = await Promise.all(Array.from({ length: PROCESSES }, () => admissionsOf(order)))
  for (const id of IDS) {
    const counts = new Map<number, number>()
    for (const admissions of processes) {
      const ends = admissions[id] ?? []
      // First come, first served in a process.
      expect(ends).toEqual(ends.toSorted((one, other) => one - other))
      for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1)
    }
    const windows = [...counts].sort(([one], [other]) => one - other)
    const admitted = windows.map(([, count]) => count)
    expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(PROCESSES * CALLS_OF_EACH)
    for (const count of admitted) expect(count).toBeLessThanOrEqual(LIMIT)
  }
  await server.stop()
})

function admissionsOf(order: object): Promise<Admissions> {
  const worker = fork(fileURLToPath(new URL('./workers/wait.mjs', import.meta.url)), { execArgv: [] })
  return new Promise((resolve, reject) => {
    worker.once('message', (admissions: Admissions) => resolve(admissions))
    worker.once('exit', (code) => reject(new Error(`a process ended with code ${code}`)))
    worker.send(order)
  })
}
