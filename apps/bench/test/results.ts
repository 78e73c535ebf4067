import { summarize } from '@rl/measure'
import { judge, type Verdict } from '../src/judge.ts'
import type { Results } from '../src/results.ts'
import type { Scenario } from '../src/scenario.ts'

/** A run that never was. */
export const RESULTS: Results = {
  mode: 'full',
  startedAt: '2026-01-02T03:04:05.000Z',
  tookSeconds: 321,
  rounds: 3,
  roundMs: 1000,
  machine: { cpu: 'A CPU', cores: 2, memoryGb: 8, system: 'Linux 6', loadBefore: 0.1 },
  versions: { node: '20.20.0', ioredis: '6.0.0' },
  scenarios: [
    {
      name: 'speed',
      figures: [
        { case: '1 caller', subject: '@rl/ioredis', metric: 'decisions/s', ...summarize([9000, 10_000, 11_000]) },
        { case: '64 callers', subject: '@rl/ioredis', metric: 'decisions/s', ...summarize([90_000, 100_000, 110_000]) },
        { case: '64 callers', subject: 'a | peer', metric: 'decisions/s', ...summarize([40_000, 40_000, 40_000]) },
        { case: '64 callers', subject: '@rl/ioredis', metric: 'commands per decision', ...summarize([0.015625]) },
      ],
    },
  ],
}

export const SCENARIO: Scenario = {
  name: 'speed',
  title: 'Speed',
  about: 'How fast it goes.',
  plots: [
    { metric: 'decisions/s', kind: 'lines', xLabel: 'callers' },
    { metric: 'commands per decision', kind: 'bars' },
  ],
  cases: () => [],
}

const of = { scenario: 'speed', case: '64 callers', subject: '@rl/ioredis', metric: 'decisions/s' }

export const VERDICTS: readonly Verdict[] = judge(
  [
    { what: 'twice the peer', of, against: [{ ...of, subject: 'a | peer' }], bound: { atLeast: 2 } },
    { what: 'thrice the peer', of, against: [{ ...of, subject: 'a | peer' }], bound: { atLeast: 3 } },
    { what: 'never measured', of: { ...of, case: '9 callers' }, bound: { under: 1 } },
  ],
  RESULTS,
)
