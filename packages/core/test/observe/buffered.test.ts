import { afterEach, expect, test, vi } from 'vitest'
import { runtime } from '../../src/dispatch/runtime.ts'
import { OptionError } from '../../src/index.ts'
import { buffered, observe } from '../../src/observe/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { inTurn, thrown, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { Recorder } from './recorder.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('events are told in a later turn, in order, and of all kinds', async () => {
  const store = new FakeStore()
  const limiter = limiterOn(store, { limit: 2 })
  const seen = new Recorder()
  const observer = buffered(seen.observer)
  observe(limiter, observer)
  observe(store, observer)
  await inTurn(3, () => limiter.limit('a'))
  expect(seen.all).toEqual([])
  await turns()
  expect(seen.decisions.map(({ shareLeft, result }) => [shareLeft, result])).toEqual([
    [0.5, 'allowed'],
    [0, 'allowed'],
    [0, 'denied'],
  ])
  expect(seen.commands).toHaveLength(3)
  await limiter.limit('a')
  await turns()
  expect(seen.decisions).toHaveLength(4)
})

test('those beyond the maximum are dropped and counted', async () => {
  const limiter = limiterOn(FakeStore.atOnce(), { limit: 1000 })
  const seen = new Recorder()
  const observer = buffered(seen.observer, 10)
  observe(limiter, observer)
  for (let turn = 1; turn <= 2; turn++) {
    await Promise.all(Array.from({ length: 25 }, (_, i) => limiter.limit(`u${i}`)))
    expect(observer.dropped).toBe(15 * turn)
    await turns()
    expect(seen.decisions).toHaveLength(10 * turn)
  }
})

test('flush tells what waits at once, and once', async () => {
  const limiter = limiterOn(new FakeStore())
  const seen = new Recorder()
  const observer = buffered(seen.observer)
  observe(limiter, observer)
  await limiter.limit('a')
  observer.flush()
  expect(seen.decisions).toHaveLength(1)
  await turns()
  expect(seen.decisions).toHaveLength(1)
})

test('one that throws or rejects loses no other event', async () => {
  const limiter = limiterOn(new FakeStore())
  let count = 0
  const observer = buffered({
    decision: () => {
      if (++count === 1) throw new Error('broken')
      return Promise.reject(new Error('broken'))
    },
  })
  observe(limiter, observer)
  await inTurn(3, () => limiter.limit('a'))
  await turns()
  expect(count).toBe(3)
})

test('identifiers only where the observer asks for them', async () => {
  const limiter = limiterOn(new FakeStore())
  const [seen, other] = [new Recorder(), new Recorder()]
  observe(limiter, buffered({ ...seen.observer, includeIdentifiers: true }))
  observe(limiter, buffered(other.observer))
  await limiter.limit('a')
  await turns()
  expect([seen, other].map(({ decisions }) => decisions[0]?.id)).toEqual(['a', undefined])
})

test('where requests are isolated, each turn has its own delivery', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  const limiter = limiterOn(new FakeStore())
  const seen = new Recorder()
  observe(limiter, buffered(seen.observer))
  for (let turn = 1; turn <= 2; turn++) {
    await limiter.limit('a')
    await turns()
    expect(seen.decisions).toHaveLength(turn)
  }
})

test('one turn is waited for and no timer set, so that no process is kept alive', async () => {
  const nextTurn = vi.spyOn(runtime, 'nextTurn')
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const observer = buffered(new Recorder().observer)
  for (let i = 0; i < 3; i++) observer.breaker?.({ store: 'fake', state: 'open' })
  for (let i = 0; i < 10; i++) await undefined // no longer than this turn, in which nobody else can set any
  expect([nextTurn, setTimer].map(({ mock }) => mock.calls.length)).toEqual([1, 0])
})

test.each([
  ['maxWaiting must be an integer from 1 to 2^53-1, received 0', {}, 0],
  ['observer must be a plain object, received null', null, 1],
])('%s', (message, observer, maxWaiting) => {
  const error = thrown(() => buffered(observer as object, maxWaiting))
  expect(error).toBeInstanceOf(OptionError)
  expect((error as OptionError).message).toBe(message)
})
