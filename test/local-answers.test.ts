import { type RedisServer, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type JoinedWindow,
  joinWindows,
  type Order,
  type Report,
  runProcesses,
  type SharedLimiter,
  sumSources,
} from './processes.ts'

const ADAPTERS = ['ioredis', 'node-redis', 'ioredis', 'node-redis'] as const
const IDS = ['a', 'b', 'c']
/** Against processes that hang: how long a busy machine takes is not what is tested. */
const HANGS = 600_000
/** Soon used up, also on a busy machine. */
const LIMIT = 300
const WINDOWS = tenthUnlessThorough(40)

/** Comes again only in the next window, and leaves its lease lying. */
const FICKLE = { burst: 90, pauseMs: 400 }

describe.each([
  ['epoch', 'all steady', 0.1, [{}, {}, {}, {}]],
  ['first-hit', 'all steady', 0.1, [{}, {}, {}, {}]],
  ['epoch', 'three fickle', 0.01, [{}, FICKLE, FICKLE, FICKLE]],
] as const)(
  'four processes with leases and deny caches on three identifiers, %s windows, %s',
  (anchor, _, share, habits) => {
    let server: RedisServer
    let reports: readonly Report[]
    let windows: readonly JoinedWindow[]
    beforeAll(async () => {
      server = await startRedis()
      const limiter: SharedLimiter = {
        name: 'shared',
        windows: [{ limit: LIMIT, window: 500, anchor }],
        ids: IDS.map((id) => ({ id, limit: [LIMIT] })),
        deadlineMs: 60_000,
        lease: { share },
        denyCache: {},
      }
      const order = { redisUrl: server.url, skewMs: 0, limiters: [limiter], callers: 8, attempts: 1, windows: WINDOWS }
      reports = await runProcesses(ADAPTERS.map((adapter, i): Order => ({ ...order, ...habits[i], adapter })))
      windows = joinWindows(reports)
    }, HANGS)
    afterAll(() => server?.stop())

    test('answered a good deal locally, and always from a counter', () => {
      const sources = sumSources(reports)
      console.table(sources)
      const { 'lease admitted': leased = 0, 'deny-cache denied': denied = 0, 'store admitted': stored = 0 } = sources
      expect(Math.min(leased, denied, stored)).toBeGreaterThan(0)
      for (const source of Object.keys(sources)) expect(source).toMatch(/^(store|lease|deny-cache) /)
    })

    test(`saw ${WINDOWS} windows and more, and used up some of them`, () => {
      for (const id of IDS) expect(windows.filter((each) => each.id === id).length).toBeGreaterThanOrEqual(WINDOWS)
      expect(windows.filter(({ denied }) => denied > 0).length).toBeGreaterThan(0)
    })

    test('never admitted more than the limit (I1)', () => {
      for (const { counts } of windows) expect(counts.length).toBeLessThanOrEqual(LIMIT)
    })

    test('never answered from a window that had ended', () => {
      // The processes and the server are on one machine here: they have the same clock.
      for (const { findings } of reports) for (const { late } of findings) expect(late).toBe(0)
    })

    test('denied only where a window was used up', () => {
      for (const { findings } of reports) for (const { unexplained } of findings) expect(unexplained).toBe(0)
    })

    test('left at most holders × lease of a used-up window unused (I10)', () => {
      const most = ADAPTERS.length * share * LIMIT
      const unused = windows.filter(({ denied }) => denied > 0).map(({ counts }) => LIMIT - counts.length)
      for (const units of unused) expect(units).toBeLessThanOrEqual(most)
      const sum = unused.reduce((total, units) => total + units, 0)
      console.table({
        'used-up windows': unused.length,
        'unused in the worst': Math.max(...unused),
        'unused on average': Math.round(sum / unused.length),
        'allowed to be unused': most,
      })
    })

    test('gave every process a share', () => {
      const admitted = windows.reduce((sum, { counts }) => sum + counts.length, 0)
      const shares = ADAPTERS.map((adapter, process) => {
        const own = windows.map((window) => window.shares[process] ?? 0)
        const units = own.reduce((sum, share) => sum + share, 0)
        return {
          adapter,
          'share of all units': `${((100 * units) / admitted).toFixed(1)} %`,
          'windows with a share': `${own.filter((share) => share > 0).length} of ${own.length}`,
          units,
        }
      })
      console.table(shares)
      for (const { units } of shares) expect(units).toBeGreaterThan(0)
    })
  },
)
