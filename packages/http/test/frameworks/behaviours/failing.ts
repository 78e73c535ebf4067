import { OptionError, StoreError } from '@rl/core'
import { expect, test, vi } from 'vitest'
import { draft6, legacy } from '../../../src/fields/index.ts'
import { downStore, limiterOf } from '../../limiters.ts'
import { key, remaining, type Stage } from '../stage.ts'

export function failing({ start }: Stage): void {
  test('leaves the error of a failing store to the framework, and gives back what was taken before', async () => {
    const before = limiterOf({ name: 'before' })
    const { get, errors } = await start({ limiters: [before, limiterOf({ store: downStore })], key })
    const { status, fields } = await get()
    expect([status, fields]).toEqual([500, {}])
    expect(errors).toEqual([expect.any(StoreError)])
    expect(await remaining(before)).toBe(2)
    expect((await get()).status).toBe(500)
  })

  test('answers 503 for a failing store if told so', async () => {
    const options = { limiter: limiterOf({ store: downStore }), key, onStoreError: 'unavailable' } as const
    const { get, errors } = await start(options)
    const { status, type, body, fields } = await get()
    expect([status, type, errors]).toEqual([503, 'application/problem+json', []])
    expect(JSON.parse(body)).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 })
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', 'retry-after': '1' })
  })

  test('follows the failure policies of its limiters, and makes up no figures', async () => {
    const allowing = limiterOf({ store: downStore, onStoreError: 'allow' })
    const allowed = await (await start({ limiter: allowing, key })).get()
    expect([allowed.status, JSON.parse(allowed.body)]).toEqual([200, ['failure-policy']])
    expect(allowed.fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10' })

    const denying = limiterOf({ store: downStore, onStoreError: 'deny', deadlineMs: 1500 })
    const denied = await (await start({ limiter: denying, key, headers: [draft6, legacy] })).get()
    expect([denied.status, JSON.parse(denied.body).status]).toEqual([503, 503])
    expect(denied.fields).toEqual({ 'ratelimit-policy': '2;w=10', 'retry-after': '2' })
  })

  test('leaves an error that names the option to the framework when `key` finds no key', async () => {
    const found: readonly unknown[] = [undefined, '', 7, null]
    const limiter = limiterOf({})
    const handle = vi.fn(() => 200)
    const entry = {
      limiter,
      key: (request: { header(name: string): string | undefined }) => found[Number(request.header('x-case'))] as string,
    }
    const { get, errors } = await start({ limiters: [limiter, entry], key }, handle)
    for (const at of found.keys()) expect((await get('ann', { 'x-case': `${at}` })).status).toBe(500)
    expect(errors).toEqual(found.map(() => expect.any(OptionError)))
    const received = ['undefined', 'an empty one', 'a value of type number', 'null']
    expect(errors).toMatchObject(
      received.map((each) => ({ option: 'key', message: expect.stringContaining(`received ${each}`) })),
    )
    expect(handle).not.toHaveBeenCalled()
    expect(await remaining(limiter)).toBe(2)
  })

  test.each(['key', 'cost', 'limit', 'calendar', 'skip'])('leaves what `%s` throws to the framework', async (name) => {
    const boom = new Error('boom')
    const limiter = limiterOf({})
    const { get, errors } = await start({ limiter, key, [name]: () => Promise.reject(boom) })
    expect((await get()).status).toBe(500)
    expect(errors).toEqual([boom])
    expect(await remaining(limiter)).toBe(2)
  })
}
