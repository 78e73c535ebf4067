import { inspect } from 'node:util'
import { type FixedWindowRateLimiter, StoreError } from '@rl/core'
import type { RedisServer } from '@rl/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FIVE_WINDOWS, limiterOver, ONE_WINDOW, OPEN, type Opened } from './adapters.ts'

const SECRET = 'secret-person@example.org'

/** All that an error would show in a log, also of its cause. */
function everythingIn(error: unknown): string {
  return inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null })
}

/** A call's error: always a `StoreError`, and never with the identifier in it. */
async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.then(
    () => 'it resolved',
    (reason) => reason,
  )
  expect(everythingIn(error)).not.toContain('secret')
  if (error instanceof StoreError) return error
  throw new Error('not a StoreError', { cause: error })
}

test('the check sees an identifier wherever it hides', () => {
  const hidden = new Error('a', { cause: Object.assign(new Error('b'), { command: { args: [['x', SECRET]] } }) })
  expect(everythingIn(hidden)).toContain('secret')
  expect(everythingIn(Object.defineProperty(new Error('a'), 'hidden', { value: SECRET }))).toContain('secret')
})

describe.each(Object.entries(OPEN))('a failure on %s', (_, open) => {
  let opened: Opened
  let limiter: FixedWindowRateLimiter
  beforeAll(async () => {
    opened = await open()
  })
  beforeEach(async () => {
    limiter = limiterOver(opened.store, ONE_WINDOW)
    await limiter.limit('warm-up')
  })
  afterAll(() => opened?.close())

  const onAll = (...command: string[]) => Promise.all(opened.servers.map((server) => server.command(...command)))

  /** The server that has the identifier's counters, and their key. */
  async function countersOf(name: string): Promise<[RedisServer, string]> {
    for (const server of opened.servers) {
      const [key] = (await server.command('KEYS', `rl:*${name}:${SECRET}*`)) as string[]
      if (key !== undefined) return [server, key]
    }
    throw new Error('there is no counter')
  }

  test.each([
    ['a list', ['RPUSH', 'x'], 'the counter is of another type'],
    ['no number', ['SET', 'junk'], 'the counter holds no count'],
    ['a number alone', ['SET', '7'], 'the counter holds no count'],
    ['a JSON value', ['SET', 'true'], 'the counter holds no count'],
    ['no number for one window of five', ['SET', undefined], 'the counter holds no count'],
  ])('of a counter that holds %s is its own, and charges nothing', async (_, [command = '', value], message) => {
    const poisoned = limiterOver(opened.store, FIVE_WINDOWS)
    await poisoned.limit(SECRET)
    const [server, key] = await countersOf(poisoned.name)
    const counted = String(await server.command('GET', key))
    await server.command('DEL', key)
    await server.command(command, key, value ?? counted.replace(/\d+$/, 'x'))
    const before = await server.command('DUMP', key)
    const [failure, neighbour] = await Promise.all([failureOf(poisoned.limit(SECRET)), poisoned.isAllowed('neighbour')])
    expect(failure).toMatchObject({ message, outcome: 'not-executed' })
    expect(neighbour).toBe(true)
    expect(await server.command('DUMP', key)).toEqual(before)
    await poisoned.reset(SECRET)
    expect(await poisoned.isAllowed(SECRET)).toBe(true)
  })

  test.each([
    ['OOM', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['NOREPLICAS', ['CONFIG', 'SET', 'min-replicas-to-write', '1'], ['CONFIG', 'SET', 'min-replicas-to-write', '0']],
    ['NOPERM', ['ACL', 'SETUSER', 'default', '-evalsha'], ['ACL', 'SETUSER', 'default', '+@all']],
  ])('by the server, %s, proves that nothing was charged', async (code, on, off) => {
    const decision = await limiter.limit(SECRET)
    await onAll(...on)
    const calls = [limiter.limit(SECRET), limiter.peek(SECRET), limiter.refund(decision), limiter.reset(SECRET)]
    const failures = await Promise.all(calls.map(failureOf))
    await onAll(...off)
    const expected = { message: `Redis refused: ${code}`, outcome: 'not-executed' }
    expect(failures).toMatchObject(calls.map(() => expected))
    expect(await limiter.peek(SECRET)).toMatchObject({ remaining: 2 })
    expect(await limiter.refund(decision)).toBe(true)
  })

  test('of a script that may not run a command may have charged something', async () => {
    await onAll('ACL', 'SETUSER', 'default', '-time')
    const failure = await failureOf(limiter.limit(SECRET))
    await onAll('ACL', 'SETUSER', 'default', '+@all')
    expect(failure).toMatchObject({ outcome: 'unknown', cause: expect.any(Error) })
  })

  test('of a server that hangs comes within the deadline, and may have charged something', async () => {
    const hasty = limiterOver(opened.store, ONE_WINDOW, 200)
    for (const server of opened.servers) server.pause()
    const decision = failureOf(hasty.limit(SECRET))
    const reset = failureOf(hasty.reset(SECRET))
    const failures = await Promise.all([decision, reset])
    for (const server of opened.servers) server.resume()
    for (const failure of failures) {
      expect(failure).toMatchObject({ message: 'the store did not answer within 200 ms', outcome: 'unknown' })
    }
    // Commands sent before have run when the next call is answered.
    expect(await limiter.isAllowed('somebody else')).toBe(true)
  })

  test('of a server that is killed under a call may have charged something, and then it is gone', async () => {
    const last = limiterOver(opened.store, ONE_WINDOW, 1000)
    for (const server of opened.servers) server.pause()
    const underway = [failureOf(last.limit(SECRET)), failureOf(last.reset(SECRET))]
    await Promise.all(opened.servers.map((server) => server.kill()))
    for (const failure of await Promise.all(underway)) expect(failure).toMatchObject({ outcome: 'unknown' })
    // Whether that is proven to have charged nothing depends on what the client shows of its connection.
    await Promise.all([failureOf(last.limit(SECRET)), failureOf(last.reset(SECRET))])
  })
})
