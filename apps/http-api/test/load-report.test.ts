import { fillIn } from '@rl/measure'
import { expect, test } from 'vitest'
import { readPage, readResults } from '../src/load/files.ts'
import { overheadOf } from '../src/load/overhead.ts'
import { CASES } from '../src/load/plan.ts'
import { partsOf } from '../src/load/report.ts'
import type { CaseResult, Results } from '../src/load/results.ts'
import { EXPRESS, EXPRESS_OURS, FASTIFY, FASTIFY_OURS, FASTIFY_THEIRS, LIMITED } from '../src/load/subjects.ts'
import { judge } from '../src/load/targets.ts'

test('docs/evidence/http-overhead.md says what the figures say', async () => {
  const page = await readPage()
  expect(fillIn(page, partsOf(await readResults()))).toBe(page)
})

test('all was measured, and every limiter counted exactly', async () => {
  const { cases, counts } = await readResults()
  expect(cases.map(({ connections, keys }) => ({ connections, keys }))).toEqual(CASES)
  expect(counts.map(({ server }) => server)).toEqual(LIMITED.map(({ label }) => label))
  for (const { admitted, allowed } of counts) expect(admitted).toBe(allowed)
})

/** 100, 200 and 500 µs a request, in both rounds. */
const ONE: CaseResult = {
  connections: 256,
  keys: 4,
  figures: [
    { server: FASTIFY, requestsPerSecond: [10_000, 10_000], cpuMicros: [50, 50] },
    { server: FASTIFY_OURS, requestsPerSecond: [5000, 5000], cpuMicros: [80, 80] },
    { server: FASTIFY_THEIRS, requestsPerSecond: [2000, 2000], cpuMicros: [90, 90] },
    { server: EXPRESS, requestsPerSecond: [1000, 1000], cpuMicros: [9, 9] },
  ],
}

test('the overhead is beside the same framework without a limiter, round by round', () => {
  expect(overheadOf(FASTIFY_OURS, ONE)).toEqual({ micros: [100, 100], cpuMicros: [30, 30] })
  expect(overheadOf(FASTIFY, ONE)).toBeUndefined()
  expect(overheadOf(EXPRESS_OURS, ONE)).toBeUndefined()
})

test('a target is met by the share of medians', () => {
  const [many, ...none] = judge({ cases: [ONE] })
  expect(none).toEqual([])
  expect(many).toMatchObject({ what: 'Fastify, 256 connections, 4 keys', atMost: 0.5, met: true })
  expect(many?.share).toMatchObject({ median: 0.25, q1: 0.25, q3: 0.25 })
  expect(many?.cpuShare.median).toBe(0.75)
  const slow = ONE.figures.map((figure) =>
    figure.server === FASTIFY_OURS ? { ...figure, requestsPerSecond: [2500, 2500] } : figure,
  )
  expect(judge({ cases: [{ ...ONE, figures: slow }] })[0]).toMatchObject({ share: { median: 0.75 }, met: false })
  const quick = ONE.figures.map((figure) =>
    figure.server === FASTIFY_OURS ? { ...figure, requestsPerSecond: [20_000, 20_000] } : figure,
  )
  expect(judge({ cases: [{ ...ONE, figures: quick }] })[0]?.met).toBeUndefined()
  expect(judge({ cases: [{ ...ONE, connections: 1, figures: slow }] })[0]).toMatchObject({ atMost: 1, met: true })
})

test('the report is made of the results and nothing else', () => {
  const results: Results = {
    mode: 'full',
    startedAt: '2026-01-02T03:04:05.000Z',
    tookSeconds: 9,
    rounds: 2,
    roundMs: 500,
    machine: { machine: 'A CPU' },
    versions: { node: '20.20.0' },
    cases: [ONE],
    counts: [
      { server: FASTIFY_OURS, requests: 20, admitted: 4, allowed: 4 },
      { server: FASTIFY_THEIRS, requests: 20, admitted: 5, allowed: 4 },
    ],
  }
  const { machine, targets, cases, counts } = partsOf(results)
  expect([machine, targets, cases, counts].join('\n\n')).toMatchInlineSnapshot(`
    "|  |  |
    | --- | ---: |
    | run | full, 2026-01-02, 9 s, 2 rounds of 500 ms |
    | machine | A CPU |
    | node | 20.20.0 |

    | Our overhead as a share of theirs | bound | time | processor time |  |
    | --- | ---: | ---: | ---: | ---: |
    | Fastify, 256 connections, 4 keys | at most 0.5 | 0.25 (0.25–0.25) | 0.75 (0.75–0.75) | met |

    ### 256 connections, 4 keys

    | Server | requests/s | overhead per request, µs | of it processor time of the server, µs |
    | --- | ---: | ---: | ---: |
    | Fastify | 10000 (10000–10000) |  |  |
    | Fastify, @rl/http | 5000 (5000–5000) | 100.0 (100.0–100.0) | 30.0 (30.0–30.0) |
    | Fastify, @fastify/rate-limit | 2000 (2000–2000) | 400.0 (400.0–400.0) | 40.0 (40.0–40.0) |
    | Express | 1000 (1000–1000) |  |  |

    | Server, in two processes | requests | allowed | admitted |  |
    | --- | ---: | ---: | ---: | ---: |
    | Fastify, @rl/http | 20 | 4 | 4 | exact |
    | Fastify, @fastify/rate-limit | 20 | 4 | 5 | **wrong** |"
  `)
})
