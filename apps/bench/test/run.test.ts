import { expect, test } from 'vitest'
import { distinct } from '../src/identifiers.ts'
import type { Plan } from '../src/plan.ts'
import { run } from '../src/run.ts'
import type { Scenario } from '../src/scenario.ts'
import { denied } from '../src/scenarios/denied.ts'
import { loadedCase, onRedis } from '../src/scenarios/loaded.ts'
import { serverMeter } from '../src/scenarios/meters.ts'

const PLAN: Plan = { mode: 'quick', rounds: 2, roundMs: 20, warmUpMs: 10, mostIdentifiers: 10 }

const SUBJECTS = [
  '@rl/ioredis',
  '@rl/node-redis',
  'rate-limiter-flexible, ioredis',
  'rate-limiter-flexible, node-redis',
  'rate-limit-redis, ioredis',
  'bare EVALSHA, ioredis',
  'bare EVALSHA, node-redis',
]

const TINY: Scenario = {
  name: 'tiny',
  title: 'Tiny',
  about: 'A few callers.',
  plots: [],
  cases: () => [
    loadedCase({
      name: '8 callers',
      subjects: SUBJECTS,
      callers: 8,
      shape: distinct(8),
      place: onRedis,
      meter: async (lab) => serverMeter(await lab.redis()),
    }),
  ],
}

test('one scenario from end to end, on a real server', async () => {
  const steps: string[] = []
  const results = await run([TINY], PLAN, {
    start: (count) => steps.push(`of ${count}`),
    enter: (what) => steps.push(what),
    step: () => steps.push('step'),
    stop: () => steps.push('stop'),
  })

  expect(steps).toEqual(['of 3', 'tiny: 8 callers', 'step', 'step', 'step', 'stop'])
  expect(results.versions).toMatchObject({ 'redis-server': expect.stringMatching(/^\d+\.\d+/) })
  const [tiny] = results.scenarios
  for (const subject of SUBJECTS) {
    const figures = tiny?.figures.filter((figure) => figure.subject === subject) ?? []
    expect(figures.map(({ metric }) => metric)).toEqual([
      'decisions/s',
      'commands per decision',
      'server µs per decision',
      'server CPU µs per decision',
    ])
    expect(figures.every(({ samples }) => samples.length === 2)).toBe(true)
  }
  const commandsOf = (subject: string): number | undefined =>
    tiny?.figures.find((figure) => figure.subject === subject && figure.metric === 'commands per decision')?.median
  expect(commandsOf('bare EVALSHA, ioredis')).toBe(1)
  expect(commandsOf('@rl/ioredis')).toBeLessThan(1)
})

test('a flood of denied calls is denied by everybody', async () => {
  const flood: Scenario = { ...denied, cases: (plan) => denied.cases(plan).slice(0, 1) }
  const results = await run([flood], PLAN, { start() {}, enter() {}, step() {}, stop() {} })
  expect(results.scenarios[0]?.figures.length).toBeGreaterThan(0)
})
