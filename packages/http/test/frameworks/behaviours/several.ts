import { parseList } from 'structured-headers'
import { expect, test } from 'vitest'
import { draft7, legacy } from '../../../src/fields/index.ts'
import { limiterOf } from '../../limiters.ts'
import type { AppOptions } from '../driver.ts'
import { key, remaining, type Stage } from '../stage.ts'

export function severalLimiters({ start }: Stage): void {
  test('asks several limiters, each about its own key, and tells of all', async () => {
    const perUser = limiterOf({ name: 'per-user', limit: 5 })
    const perTeam = limiterOf({ name: 'per-team', limit: 9, window: '1m' })
    const team = { limiter: perTeam, key: () => 'team', cost: 2 }
    const { get } = await start({ limiters: [perUser, team], key })
    await get('ann')
    const { body, fields } = await get('bob')
    expect(fields).toEqual({
      'ratelimit-policy': '"per-user";q=5;w=10, "per-team";q=9;w=60',
      ratelimit: '"per-user";r=4;t=4, "per-team";r=5;t=34',
    })
    expect(JSON.parse(body)).toEqual([4, 5])
  })

  test('gives units back that were taken before another limiter denied', async () => {
    const first = limiterOf({ name: 'first' })
    const second = limiterOf({ name: 'second', limit: 0, window: '1m' })
    const { get } = await start({ limiters: [first, second], key })
    const { status, body, fields } = await get()
    expect([status, JSON.parse(body)['violated-policies']]).toEqual([429, ['second']])
    expect(fields.ratelimit).toBe('"first";r=2;t=4, "second";r=0;t=34')
    expect(await remaining(first)).toBe(2)
  })

  test('says to wait for the limiters behind the one that denied, too', async () => {
    const first = limiterOf({ name: 'first', limit: 1 })
    const second = limiterOf({ name: 'second', limit: 1, window: '1m' })
    const { get } = await start({ limiters: [first, second], key })
    await get()
    const { body, fields } = await get()
    expect(JSON.parse(body)['violated-policies']).toEqual(['first', 'second'])
    expect(fields['retry-after']).toBe('34')
  })

  test('adds to the fields and the decisions of a middleware before it', async () => {
    const first: AppOptions = { limiter: limiterOf({ name: 'first', limit: 5 }), key }
    const second: AppOptions = { limiter: limiterOf({ name: 'second', limit: 1 }), key }
    const { get } = await start([first, second])
    const { body, fields } = await get()
    expect(names(fields['ratelimit-policy'])).toEqual(['first', 'second'])
    expect(names(fields.ratelimit)).toEqual(['first', 'second'])
    expect(JSON.parse(body)).toEqual([4, 0])
    const denied = await get()
    expect([denied.status, names(denied.fields.ratelimit)]).toEqual([429, ['first', 'second']])
  })

  test('shows the policy closest to its limit where fields have room for one, also over two middlewares', async () => {
    const first: AppOptions = { limiter: limiterOf({ name: 'first', limit: 5 }), key, headers: [draft7, legacy] }
    const second: AppOptions = { limiter: limiterOf({ name: 'second', limit: 3 }), key, headers: [draft7, legacy] }
    const expected = {
      ratelimit: 'limit=3, remaining=2, reset=4',
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': '1700000010',
    }
    const { fields } = await (await start([first, second])).get()
    expect(fields).toMatchObject(expected)
    expect(`${fields['ratelimit-policy']}`.split(', ').sort()).toEqual(['3;w=10', '5;w=10'])
    expect((await (await start([second, first])).get('bob')).fields).toMatchObject(expected)
  })
}

/** The names of a list's items in alphabetical order: which middleware writes first differs from framework to framework. */
function names(field: unknown): readonly unknown[] {
  return parseList(`${field}`)
    .map(([name]) => name)
    .sort()
}
