import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, expect, test, vi } from 'vitest'
import { diagnosticsChannel, observe } from '../../src/observe/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('decisions and commands are published while somebody subscribes, and only then', async () => {
  const store = new FakeStore()
  const limiter = limiterOn(store)
  const observer = diagnosticsChannel()
  observe(limiter, observer)
  observe(store, observer)
  const publish = (['rl:decision', 'rl:command'] as const).map((name) => vi.spyOn(channel(name), 'publish'))
  await limiter.limit('a')
  expect(publish.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  vi.restoreAllMocks()

  const messages: unknown[] = []
  const note = (message: unknown, name: string | symbol): void => {
    messages.push([name, message])
  }
  for (const name of ['rl:decision', 'rl:command']) subscribe(name, note)
  await limiter.limit('a')
  for (const name of ['rl:decision', 'rl:command']) unsubscribe(name, note)
  await limiter.limit('a')
  expect(messages).toMatchObject([
    ['rl:command', { takes: 1, outcome: 'answered' }],
    ['rl:decision', { policy: 'api', result: 'allowed', id: undefined }],
  ])
})

test('identifiers are published for those who say so', async () => {
  const limiter = limiterOn(new FakeStore())
  observe(limiter, { ...diagnosticsChannel(), includeIdentifiers: true })
  const messages: unknown[] = []
  const note = (message: unknown): void => {
    messages.push(message)
  }
  subscribe('rl:decision', note)
  await limiter.limit('a')
  unsubscribe('rl:decision', note)
  expect(messages).toMatchObject([{ id: 'a' }])
})

test.each<[string, unknown]>([
  ['no process', undefined],
  ['a process without built-ins', { env: {} }],
  ['no such built-in', { getBuiltinModule: () => undefined }],
])('does nothing where there is %s', async (_, process) => {
  vi.stubGlobal('process', process)
  const observer = diagnosticsChannel()
  vi.unstubAllGlobals()
  expect(observer).toEqual({})
  const limiter = limiterOn(new FakeStore())
  observe(limiter, observer)
  expect(await limiter.limit('a')).toMatchObject({ allowed: true })
})
