import { expect, test } from 'vitest'
import { distinct, heavyTailed } from '../src/identifiers.ts'
import type { Plan } from '../src/plan.ts'
import type { Results } from '../src/results.ts'
import { run } from '../src/run.ts'
import type { Case, Sample, Scenario } from '../src/scenario.ts'
import { denied } from '../src/scenarios/denied.ts'
import { loadedCase, onRedis } from '../src/scenarios/loaded.ts'
import { costMeter, serverMeter } from '../src/scenarios/meters.ts'
import { OPEN_TO_MILLIONS } from '../src/subjects/subject.ts'

const PLAN: Plan = { mode: 'quick', rounds: 2, roundMs: 20, warmUpMs: 10, mostIdentifiers: 10 }

const SILENT = { start() {}, enter() {}, step() {}, stop() {} }

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

/** Measures without a server how often it was run. */
function counting(name: string, log: string[], fails = false): Scenario {
  const round = async (): Promise<Sample> => {
    log.push(name)
    if (fails) throw new Error('admitted too many')
    return { figure: 1 }
  }
  const participant = { subject: '@rl/none', warmUp: async () => {}, round, close: async () => {} }
  const cases = (): Case[] => [{ name: 'a case', rounds: 1, open: async () => [participant] }]
  return { name, title: name, about: '', plots: [], cases }
}

test('a run goes on where one was interrupted', async () => {
  const log: string[] = []
  let saved: Results | undefined
  const save = async (soFar: Results): Promise<void> => {
    saved = soFar
  }
  const broken = [counting('first', log), counting('second', log, true)]
  await expect(run(broken, PLAN, SILENT, { save })).rejects.toThrow('second, a case: @rl/none: admitted too many')
  const whole = [counting('first', log), counting('second', log), counting('third', log)]
  const results = await run(whole, PLAN, SILENT, { earlier: saved })
  expect(log).toEqual(['first', 'second', 'second', 'third'])
  expect(results.scenarios.map(({ name }) => name)).toEqual(['first', 'second', 'third'])
  expect(results.startedAt).toBe(saved?.startedAt)
  const otherwise = run(whole, { ...PLAN, rounds: 9 }, SILENT, { earlier: saved })
  await expect(otherwise).rejects.toThrow('a quick one of 2 rounds: resume it with the same arguments')
})

test('limiters on one client, costs that differ: also for peers', async () => {
  const both: Scenario = {
    ...TINY,
    cases: () => [
      loadedCase({
        name: '8 callers',
        subjects: ['@rl/ioredis', 'rate-limiter-flexible, ioredis', 'rate-limiter-flexible, ioredis autopipelining'],
        callers: 8,
        shape: distinct(8),
        policy: { ...OPEN_TO_MILLIONS, limiters: 4 },
        costs: heavyTailed(2, 9, 1),
        place: onRedis,
        meter: async (lab) => costMeter(await lab.redis()),
      }),
    ],
  }
  const results = await run([both], PLAN, SILENT)
  const metrics = results.scenarios[0]?.figures.map(({ metric }) => metric)
  expect(metrics).toContain('CPU µs per decision')
})

test('a flood of denied calls is denied by everybody', async () => {
  const flood: Scenario = { ...denied, cases: (plan) => denied.cases(plan).slice(0, 1) }
  const results = await run([flood], PLAN, SILENT)
  expect(results.scenarios[0]?.figures.length).toBeGreaterThan(0)
})
