import type { FaultGroup } from '../fault.ts'
import { overRedis } from '../fault.ts'
import { type Disturbance, Stage } from '../stage.ts'
import { type StoreName, storesOn } from '../stores.ts'
import { trial } from '../trial.ts'

const STORES: readonly StoreName[] = [...storesOn('single', 'rest'), 'a store of your own']

/** Values that no client should reject with. None of it proves that nothing ran. */
const ODD_ERRORS: readonly unknown[] = [
  undefined,
  null,
  '',
  'MOVED 1 127.0.0.1:1',
  0,
  Symbol('odd'),
  {},
  { message: 'READONLY You can not write' },
  Object.create(null),
  () => {},
  new Error(''),
  Object.freeze(new Error('frozen')),
  Object.defineProperty(new Error('a'), 'cause', { get: fail }),
]

/** Values that no client should resolve with. */
const ODD_ANSWERS: readonly unknown[] = [
  undefined,
  null,
  true,
  '',
  'OK',
  1,
  Number.NaN,
  1n,
  Symbol('odd'),
  {},
  { length: 1 },
  [],
  [null],
  [[]],
  [1, 1],
  ['1', '1', '1', '1'],
  [Number.MAX_VALUE, 1, 1, 1],
  [undefined, undefined, undefined, undefined],
  'r',
  'r1:0',
  'r1:0 ',
  'r1:0 1,1',
  'r1:0 !1 !1',
  'r9007199254740993:0 1@2,1@2',
  new Error('resolved'),
  new Map(),
]

export const CLIENTS: FaultGroup = {
  title: 'Clients',
  open: (store) =>
    store === 'a store of your own'
      ? Stage.open('ioredis', { between: 'limiter and store' })
      : Stage.open(overRedis(store)),
  close: (stage) => stage.close(),
  faults: [
    {
      title: 'a client that never settles',
      stores: STORES,
      asserted: 'every call settles all the same',
      play: (stage) => disturbed(stage, () => new Promise(() => {})),
    },
    {
      title: 'a client that never settles, after the command ran',
      stores: STORES,
      asserted: 'charged at most once',
      play: (stage) => disturbed(stage, (send) => send().then(() => new Promise(() => {}))),
    },
    {
      title: 'a client that answers after the deadline',
      stores: STORES,
      asserted: 'a late answer changes nothing; charged at most once',
      play: (stage) => disturbed(stage, (send) => send().then((reply) => later(reply, 400))),
    },
    {
      title: 'a client that rejects with odd values, after the command ran',
      stores: STORES,
      asserted: 'never taken for a proof that it did not run',
      play: (stage) =>
        disturbed(
          stage,
          afterIt(oneByOne(ODD_ERRORS), (odd) => Promise.reject(odd)),
        ),
    },
    {
      title: 'a client that resolves with odd values',
      stores: STORES,
      asserted: 'never taken for an answer',
      play: (stage) =>
        disturbed(
          stage,
          afterIt(oneByOne(ODD_ANSWERS), (odd) => odd),
        ),
    },
    {
      title: 'a client that throws instead of rejecting',
      stores: STORES,
      asserted: 'as if it had rejected',
      play: (stage) => disturbed(stage, fail),
    },
  ],
}

/** Until enough commands were disturbed. */
function disturbed(stage: Stage, disturbance: Disturbance, enough = 3): ReturnType<typeof trial> {
  let commands = 0
  return trial(
    stage,
    async (traffic) => {
      stage.disturbance = (send) => {
        commands++
        return disturbance(send)
      }
      await traffic.until('disturbed commands', () => commands >= enough)
      await traffic.turnOver()
      stage.disturbance = undefined
    },
    { failures: 'unknown', breaker: false },
  )
}

function afterIt<T>(next: () => T, answer: (value: T) => unknown): Disturbance {
  return (send) => send().then(() => answer(next()))
}

function oneByOne<T>(values: readonly T[]): () => T | undefined {
  let n = 0
  return () => values[n++ % values.length]
}

function later<T>(value: T, ms: number): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms))
}

function fail(): never {
  throw new Error('a bug of the client')
}
