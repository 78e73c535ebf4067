import { describe, expect, test } from 'vitest'
import { type DeniedCount, MostDenied } from '../../src/server/figures/most-denied.ts'
import { limiterOf, opened } from './support.ts'

/** A repeatable sequence of numbers from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('the counts of those denied most', () => {
  test.each([1, 2, 3])('are right within their error, seed %i', (seed) => {
    const random = randomNumbers(seed)
    const denied = new MostDenied()
    const exact = new Map<string, number>()
    for (let nth = 0; nth < 30_000; nth++) {
      // A few are denied often, thousands now and then.
      const id = `user_${Math.floor(5000 * random() ** 4)}`
      exact.set(id, (exact.get(id) ?? 0) + 1)
      denied.add('api', id)
    }
    const { identifiers, othersAtMost } = denied.top(5000)
    expect(identifiers).toHaveLength(1000)
    const isWrong = ({ id, count, error }: DeniedCount): boolean => {
      const real = exact.get(id) ?? 0
      return real > count || real < count - error
    }
    expect(identifiers.filter(isWrong)).toEqual([])
    expect(identifiers.filter(({ error }) => error > 0).length).toBeGreaterThan(0)
    const listed = new Set(identifiers.map(({ id }) => id))
    expect([...exact].filter(([id, count]) => !listed.has(id) && count > othersAtMost)).toEqual([])
    // The sum of all counts is the number of denials, no matter who was pushed out.
    expect(identifiers.reduce((sum, { count }) => sum + count, 0)).toBe(30_000)
  })

  test('are exact for up to a thousand', () => {
    const denied = new MostDenied()
    for (let nth = 0; nth < 1000; nth++) for (let time = 0; time <= nth % 7; time++) denied.add('api', `user_${nth}`)
    const { identifiers, othersAtMost } = denied.top(1000)
    expect(
      identifiers.filter(({ id, count, error }) => count !== (Number(id.slice(5)) % 7) + 1 || error !== 0),
    ).toEqual([])
    expect(identifiers.map(({ count }) => count)).toEqual(identifiers.map(({ count }) => count).sort((a, b) => b - a))
    expect(othersAtMost).toBe(1) // there is no room for another one
    expect(new MostDenied().top(10)).toEqual({ identifiers: [], othersAtMost: 0 })
  })

  test('are apart for each limiter', () => {
    const denied = new MostDenied()
    denied.add('a', 'b c')
    denied.add('a b', 'c')
    expect(denied.top(10).identifiers).toHaveLength(2)
  })
})

describe('the list', () => {
  async function listed(deniedMost: 'off' | 'hashed' | 'plain') {
    const [api, jobs] = [limiterOf(), limiterOf({ name: 'jobs' })]
    const page = opened({ limiters: [api, jobs], deniedMost })
    for (let call = 0; call < 9; call++) await api.limit('bob')
    for (let call = 0; call < 7; call++) await jobs.limit('x'.repeat(1000))
    return page
  }

  test('is off by default', async () => {
    const { post } = await listed('off')
    expect(await post('denied', {})).toMatchObject({ status: 404 })
    expect(await opened().post('denied', {})).toMatchObject({ status: 404 })
  })

  test('is plain, long identifiers aside', async () => {
    const { post } = await listed('plain')
    expect((await post('denied', {})).body).toEqual({
      shown: 'plain',
      identifiers: [
        { limiter: 'api', id: 'bob', count: 4, error: 0 },
        { limiter: 'jobs', id: expect.stringMatching(/^#[\da-f]{64}$/), count: 2, error: 0 },
      ],
      othersAtMost: 0,
    })
  })

  test('is hashed, and a look-up tells the hash', async () => {
    const { post } = await listed('hashed')
    const { body } = await post('denied', {})
    expect(body).toMatchObject({ shown: 'hashed', identifiers: [{ count: 4 }, { count: 2 }] })
    expect(JSON.stringify(body)).not.toContain('bob')
    const [bob] = body.identifiers
    expect(bob?.id).toMatch(/^[\da-f]{16}$/)
    expect((await post('lookup', { limiter: 'api', id: 'bob' })).body.hash).toBe(bob?.id)
    expect((await post('lookup', { limiter: 'api', id: 'ann' })).body.hash).not.toBe(bob?.id)
    const elsewhere = await (await listed('hashed')).post('denied', {})
    expect(elsewhere.body.identifiers[0]?.id).not.toBe(bob?.id)
  })

  test('shows fifty, and what the others have at most', async () => {
    const limiter = limiterOf({ limit: 0 } as object)
    const { post } = opened({ limiters: [limiter], deniedMost: 'plain' })
    for (let id = 1; id <= 60; id++) for (let call = 0; call < id; call++) await limiter.limit(`user_${id}`)
    const { body } = await post('denied', {})
    expect(body.identifiers.map(({ count }) => count)).toEqual(Array.from({ length: 50 }, (_, i) => 60 - i))
    expect(body.othersAtMost).toBe(10)
  })
})
