import { tenthUnlessThorough } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type JoinedWindow,
  joinWindows,
  type Order,
  type Report,
  runProcesses,
  type SharedLimiter,
  sumSources,
} from './processes.ts'

export const HOUR = 3_600_000
/** One identifier whose windows are used up in no time, one that may go either way, and one that is never denied. */
function idsFor(windows: number): SharedLimiter['ids'] {
  return [
    ['tight', 10],
    ['middle', 300],
    ['wide', 1_000_000],
  ].map(([id, limit]) => ({
    id: String(id),
    limit: Array.from({ length: windows }, (_, i) => Number(limit) * (1 + i)),
  }))
}

const LIMITERS: readonly SharedLimiter[] = [
  { name: 'epoch', windows: [{ limit: 1, window: 300 }], ids: idsFor(1), deadlineMs: 60_000 },
  { name: 'hit', windows: [{ limit: 1, window: 300, anchor: 'first-hit' }], ids: idsFor(1), deadlineMs: 60_000 },
  {
    name: 'two',
    windows: [
      { limit: 1, window: 200, anchor: 'first-hit' },
      { limit: 1, window: 700 },
    ],
    ids: idsFor(2),
    deadlineMs: 60_000,
  },
]
const CALLERS = 4
/** Against processes that hang: how long a busy machine takes is not what is tested. */
const HANGS = 600_000
const ATTEMPTS = tenthUnlessThorough(2000)
const WINDOWS = tenthUnlessThorough(30)

/** Servers that processes share. */
interface Servers {
  /** Where they are. */
  readonly at: Pick<Order, 'redisUrl' | 'rest' | 'postgresUrl'>
  stop(): Promise<unknown>
}

/**
 * Processes that share limits must be admitted exactly what one counter would have admitted.
 *
 * @param processes The client of each, and how far its clock is off.
 */
export function describeProcesses(
  processes: readonly Pick<Order, 'adapter' | 'skewMs'>[],
  start: () => Promise<Servers>,
): void {
  let servers: Servers
  let reports: readonly Report[]
  let windows: readonly JoinedWindow[]
  beforeAll(async () => {
    servers = await start()
    const shared = { ...servers.at, limiters: LIMITERS, callers: CALLERS, attempts: ATTEMPTS, windows: WINDOWS }
    reports = await runProcesses(processes.map((own): Order => ({ ...shared, ...own })))
    windows = joinWindows(reports)
  }, HANGS)
  afterAll(() => servers?.stop())

  test('made thousands of attempts, all answered by the store', () => {
    const sources = sumSources(reports)
    console.table(sources)
    expect(Object.keys(sources).sort()).toEqual(['store admitted', 'store denied'])
    const total = Object.values(sources).reduce((sum, count) => sum + count)
    expect(total).toBeGreaterThanOrEqual(processes.length * LIMITERS.length * 3 * ATTEMPTS)
  })

  test('disagreed about the time by hours', () => {
    for (const { order, now } of reports) expect(Math.abs(now - Date.now() - order.skewMs)).toBeLessThan(HOUR)
  })

  test('saw windows of each kind roll over, some used up, and shared them', () => {
    for (const [limiter, { windows: options, ids }] of LIMITERS.entries()) {
      for (const place of options.keys()) {
        for (const { id } of ids) {
          const own = windows.filter((each) => each.limiter === limiter && each.id === id && each.place === place)
          expect(own.length).toBeGreaterThanOrEqual(WINDOWS)
          if (id === 'tight' && options.length === 1) expect(own.some(({ denied }) => denied > 0)).toBe(true)
          if (id !== 'wide') continue
          for (const process of processes.keys())
            expect(own.some(({ shares }) => (shares[process] ?? 0) > 0)).toBe(true)
          expect(own.some(({ shares }) => shares.every((share) => share > 0))).toBe(true)
        }
      }
    }
  })

  test('were admitted exactly min(limit, asked) in each window, each unit once', () => {
    for (const { counts, denied, limit, ...window } of windows) {
      const asked = counts.length + denied
      expect({ ...window, admitted: counts.length }).toEqual({ ...window, admitted: Math.min(limit, asked) })
      // The count after each admitted unit: 1, 2, 3 and so on, none missing and none twice.
      expect(counts.findIndex((count, i) => count !== i + 1)).toBe(-1)
    }
  })

  test('were denied only where a window was used up', () => {
    for (const { findings } of reports) for (const { unexplained } of findings) expect(unexplained).toBe(0)
  })

  test('agreed about windows that never overlap', () => {
    const last = new Map<string, number>()
    for (const { limiter, id, place, resetAt } of windows) {
      const { window, anchor } = LIMITERS[limiter]?.windows[place] ?? { window: Number.NaN }
      if (anchor !== 'first-hit') expect(resetAt % Number(window)).toBe(0)
      const key = `${limiter} ${id} ${place}`
      expect(resetAt - (last.get(key) ?? 0)).toBeGreaterThanOrEqual(Number(window))
      last.set(key, resetAt)
    }
  })
}
