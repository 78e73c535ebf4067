import { expect, test } from 'vitest'
import { Lab } from '../src/lab.ts'
import { QUICK } from '../src/plan.ts'
import { runCase } from '../src/rounds.ts'
import type { Case } from '../src/scenario.ts'

const lab = new Lab({ ...QUICK, rounds: 3 })

/** Writes down what it is asked to do, and measures how often it was asked. */
function recording(subjects: readonly string[], log: string[], rounds?: number): Case {
  return {
    name: 'a case',
    ...(rounds === undefined ? {} : { rounds }),
    open: async () =>
      subjects.map((subject) => {
        let asked = 0
        return {
          subject,
          warmUp: async () => void log.push(`warm ${subject}`),
          round: async () => {
            log.push(subject)
            asked++
            return { asked }
          },
          close: async () => void log.push(`close ${subject}`),
        }
      }),
  }
}

test('all are warmed up, take turns, and are closed', async () => {
  const log: string[] = []
  const progress: number[] = []
  const figures = await runCase(recording(['a', 'b'], log), lab, (done) => progress.push(done))

  expect(log).toEqual(['warm a', 'warm b', 'a', 'b', 'b', 'a', 'a', 'b', 'close a', 'close b'])
  expect(progress).toEqual([0, 1, 2, 3])
  expect(figures).toEqual(
    ['a', 'b'].map((subject) => ({
      case: 'a case',
      subject,
      metric: 'asked',
      median: 2,
      q1: 1.5,
      q3: 2.5,
      samples: [1, 2, 3],
    })),
  )
})

test('a case can have its own number of rounds', async () => {
  const log: string[] = []
  await runCase(recording(['a'], log, 1), lab, () => {})
  expect(log).toEqual(['warm a', 'a', 'close a'])
})

test('a wrong answer ends the case, says whose it was, and still closes all', async () => {
  const log: string[] = []
  const good = recording(['good'], log)
  const broken: Case = {
    name: 'broken',
    open: async (where) => {
      const [first] = await good.open(where)
      if (first === undefined) throw new Error('no participant')
      return [first, { ...first, subject: 'bad', round: () => Promise.reject(new Error('admitted too many')) }]
    },
  }
  await expect(runCase(broken, lab, () => {})).rejects.toThrow('bad: admitted too many')
  expect(log.filter((line) => line.startsWith('close'))).toHaveLength(2)
})
