import { expect, expectTypeOf, test } from 'vitest'
import type { Asked, CommandTiming, FastPath, FastPathFactory, FastPathOwner } from '../../src/fast-paths/index.ts'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import type { Adjustment, AdjustReply, Decision, Take, TakeReply } from '../../src/index.ts'
import { FakeStore, REFUSED } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

// A fast path that somebody else might write, by the exported types alone.

/** Answers nothing, and writes down what it is told. */
class Journal implements FastPath {
  readonly entries: string[] = []

  answer({ id, request }: Asked, at: number): Decision | undefined {
    this.entries.push(`answer ${id} ${request.costs.join()} ${at > 0}`)
    return undefined
  }

  timesToPrefetch({ id, times }: Take): number {
    this.entries.push(`prefetch for ${id} ${times}`)
    return 0
  }

  learn({ id }: Take, callers: number, { timesTaken }: TakeReply, { sentAt, receivedAt }: CommandTiming): void {
    this.entries.push(`learn ${id} ${timesTaken} of ${callers} ${receivedAt >= sentAt}`)
  }

  abandoned({ id }: Take): void {
    this.entries.push(`abandoned ${id}`)
  }

  unservedUnits(): undefined {}

  adjusted({ id }: Adjustment, reply: AdjustReply | undefined): void {
    this.entries.push(`adjusted ${id} ${reply === undefined ? 'or not' : 'surely'}`)
  }

  forget(id: string): void {
    this.entries.push(`forget ${id}`)
  }

  giveBack(): readonly Adjustment[] {
    this.entries.push('give back')
    return []
  }
}

test('is told what a limiter asks and what it is answered', async () => {
  const store = new FakeStore()
  const journal = new Journal()
  const owners: FastPathOwner[] = []
  const path: FastPathFactory = (owner) => {
    owners.push(owner)
    return journal
  }
  const limiter = limiterOn(store, { limit: 1, fastPaths: [path], deadlineMs: 500 })
  expect(owners).toEqual([{ scope: 'api' }])
  const told = async (run: () => Promise<unknown>): Promise<string[]> => {
    journal.entries.length = 0
    await run().catch(() => undefined)
    return [...journal.entries]
  }
  const asked = ['answer a 1 true', 'prefetch for a 1', 'learn a 1 of 1 true']
  expect(await told(() => limiter.limit('a'))).toEqual(asked)
  expect(await told(() => limiter.peek('a'))).toEqual(['prefetch for a 1', 'learn a 1 of 1 true'])
  expect(await told(() => limiter.reset('a'))).toEqual(['forget a', 'forget a'])
  const decision = await limiter.limit('a')
  expect(await told(() => limiter.refund(decision))).toEqual(['adjusted a surely'])
  expect(await told(() => limiter.drain())).toEqual(['give back'])
  const again = await limiter.limit('a')
  store.fate = 'lose'
  expect(await told(() => limiter.refund(again))).toEqual(['adjusted a or not'])
  expect(await told(() => limiter.limit('a'))).toEqual(['answer a 1 true', 'prefetch for a 1', 'abandoned a'])
  const before = store.commands.length
  store.fate = () => (store.commands.length === before + 1 ? REFUSED : 'answer')
  expect((await told(() => limiter.limit('a'))).slice(0, 4)).toEqual([
    'answer a 1 true',
    'prefetch for a 1',
    'abandoned a',
    'prefetch for a 1',
  ])
})

test('may answer in place of the store, before others', async () => {
  const store = new FakeStore()
  const journal = new Journal()
  const known: FastPathFactory = () => ({
    ...lease()({ scope: '' }),
    answer: ({ id, request: { cost } }) =>
      id === 'friend'
        ? {
            allowed: true,
            id,
            cost,
            ...{ limit: 1, remaining: 1, resetAt: 1, resetAfterMs: 1, retryAfterMs: 0 },
            windows: [],
            source: 'lease',
          }
        : undefined,
    timesToPrefetch: () => 0,
    learn() {},
    abandoned() {},
    unservedUnits: () => undefined,
    adjusted() {},
    forget() {},
    giveBack: () => [],
  })
  const limiter = limiterOn(store, { limit: 1, fastPaths: [known, () => journal, denyCache()] })
  for (let i = 0; i < 3; i++) expect(await limiter.limit('friend')).toMatchObject({ allowed: true, source: 'lease' })
  expect([store.commands, journal.entries]).toEqual([[], []])
  await limiter.limit('a')
  expect(await limiter.limit('a')).toMatchObject({ allowed: false, source: 'deny-cache' })
})

test('units that it prefetches are taken, and those that it holds count as left', async () => {
  const store = new FakeStore()
  let held = 0
  const path: FastPathFactory = () => {
    const journal = new Journal()
    return Object.assign(journal, {
      timesToPrefetch: () => 3,
      learn: (_: Take, callers: number, reply: TakeReply) => {
        held += reply.timesTaken - callers
      },
      unservedUnits: () => [held],
    })
  }
  const limiter = limiterOn(store, { fastPaths: [path] })
  expect(await limiter.limit('a')).toMatchObject({ remaining: 9 })
  expect(store.sent).toEqual([['a 4x1']])
  expect(held).toBe(3)
})

test('what is exported suffices to write one', () => {
  expectTypeOf<ReturnType<FastPathFactory>>().toEqualTypeOf<FastPath>()
  expectTypeOf<Parameters<FastPath['answer']>[0]>().toEqualTypeOf<Asked>()
  expectTypeOf<Parameters<FastPath['learn']>[3]>().toEqualTypeOf<CommandTiming>()
})
