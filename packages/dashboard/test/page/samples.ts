import type { DeniedReply, LimiterMessage, Snapshot, Standing } from '../../src/messages.ts'
import type { FakeScript } from './fake-server.ts'

const SECOND = 1_796_000_000

/** Text that tries to look like other text: direction marks, an invisible space, markup, a control character. */
export const HOSTILE_ID = 'user_\u202e321\u200b<img src=x onerror=alert(1)>\u0007\u2066admin'

/** A page's worth of figures, with waves that look like traffic. */
export function sampleScript(): FakeScript {
  return {
    limiters: [
      limiter('api', [{ limit: 100, length: '1m', anchor: 'epoch' }], (i) => [
        62 + wave(i, 40, 14),
        Math.max(0, wave(i, 23, 9) - 3),
      ]),
      limiter(
        'tokens',
        [
          { unit: 'requests', limit: 60, length: '1m', anchor: 'epoch' },
          { unit: 'tokens', limit: 2_000_000, length: 'month', anchor: 'calendar', timeZone: 'Europe/Berlin' },
        ],
        (i) => [18 + wave(i, 70, 6), Math.max(0, wave(i, 90, 4) - 1)],
      ),
      limiter('sign-in', [{ limit: 5, length: '10m', anchor: 'first-hit' }], (i) => [
        2 + wave(i, 30, 1),
        i > 180 && i < 230 ? 14 + wave(i, 6, 5) : 0,
      ]),
    ],
    snapshot: sampleSnapshot(),
    answers: {
      lookup: () => ({ body: sampleStanding(83) }),
      denied: () => ({ body: sampleDenied() }),
      trial: () => ({ body: sampleStanding(84) }),
      refund: () => ({ body: { windows: [{ givenBack: 3 }] } }),
      reset: () => ({ body: {} }),
    },
  }
}

export function sampleSnapshot(): Snapshot {
  return {
    process: { graph: 'one', host: 'web-1', pid: 4123, since: (SECOND - 4000) * 1000 },
    second: SECOND,
    limiters: [
      figures('api', { admitted: 68, denied: 4, failed: 0 }, 3500, [
        [120, 340, 610, 720, 540, 480, 390, 300, 210, 160, 230],
      ]),
      figures('tokens', { admitted: 19, denied: 1, failed: 0 }, 900, [
        [90, 120, 180, 260, 240, 160, 110, 80, 50, 30, 0],
        [700, 320, 180, 60, 20, 0, 0, 0, 0, 0, 0],
      ]),
      figures('sign-in', { admitted: 2, denied: 0, failed: 0 }, 84, [[0, 0, 40, 0, 22, 0, 13, 0, 8, 0, 31]]),
    ],
    stores: [
      {
        name: 'IoredisStore',
        breaker: 'closed',
        commands: 5230,
        failedCommands: 0,
        callsPerCommand: 3.4,
        latencyMs: { p50: 0.8, p99: 3.4, max: 11.2 },
      },
    ],
    left: { limiters: 0, stores: 0 },
    deniedMost: 'plain',
  }
}

/** The snapshot of some seconds later. */
export function laterSnapshot(seconds: number): Snapshot {
  const { second, limiters, stores, ...rest } = sampleSnapshot()
  const counts = (factor: number) => ({
    admitted: Math.round(60 * factor + wave(seconds, 40, 14 * factor)),
    denied: Math.max(0, Math.round(wave(seconds, 23, 9 * factor) - 3)),
    failed: 0,
  })
  const latencyMs = { p50: 0.8 + wave(seconds, 60, 0.1), p99: 3.4 + wave(seconds, 80, 0.8), max: 11.2 }
  return {
    ...rest,
    second: second + seconds,
    limiters: limiters.map((each, i) => ({ ...each, lastSecond: counts(1 / (1 + 2 * i)) })),
    stores: stores.map((each) => ({ ...each, latencyMs })),
  }
}

export function sampleStanding(used: number, resetAfterMs = 41_200): Standing {
  const allowed = used < 100
  return {
    allowed,
    retryAfterMs: allowed ? 0 : resetAfterMs,
    windows: [
      { limit: 100, used, remaining: Math.max(0, 100 - used), resetAt: SECOND * 1000 + resetAfterMs, resetAfterMs },
    ],
  }
}

function sampleDenied(): DeniedReply {
  return {
    shown: 'plain',
    identifiers: [
      { limiter: 'sign-in', id: '203.0.113.77', count: 812, error: 0 },
      { limiter: 'api', id: 'tenant_4471', count: 344, error: 12 },
      { limiter: 'api', id: HOSTILE_ID, count: 97, error: 12 },
      { limiter: 'tokens', id: 'משתמש_19', count: 41, error: 12 },
    ],
    othersAtMost: 12,
  }
}

function figures(
  name: string,
  lastSecond: { admitted: number; denied: number; failed: number },
  times: number,
  fullness: readonly (readonly number[])[],
): Snapshot['limiters'][number] {
  const { admitted, denied, failed } = lastSecond
  return { name, lastSecond, total: { admitted: admitted * times, denied: denied * times + 812, failed }, fullness }
}

function limiter(
  name: string,
  windows: LimiterMessage['windows'],
  at: (second: number) => readonly [admitted: number, denied: number],
): LimiterMessage {
  const seconds = Array.from({ length: 299 }, (_, i) => at(i).map((count) => Math.max(0, Math.round(count))))
  return {
    name,
    store: 'IoredisStore',
    windows,
    past: {
      until: SECOND - 1,
      admitted: seconds.map(([admitted = 0]) => admitted),
      denied: seconds.map(([, denied = 0]) => denied),
      failed: seconds.map((_, i) => (name === 'api' && i > 90 && i < 96 ? 9 : 0)),
    },
  }
}

function wave(i: number, length: number, height: number): number {
  return height * (Math.sin((i / length) * 2 * Math.PI) + 0.4 * Math.sin(i * 1.7) + 0.3 * Math.sin(i * 0.61))
}
