import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ActionEvent } from '../../src/index.ts'
import { FailingStore, limiterOf, opened } from './support.ts'

const bob = { limiter: 'api', id: 'secret_bob' }

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function openedWithLog(options: Parameters<typeof opened>[0] = {}) {
  const events: ActionEvent[] = []
  const page = opened({ authorize: () => ({ user: 'ann' }), ...options, onAction: (event) => events.push(event) })
  return { ...page, events }
}

describe('onAction', () => {
  test('is told who did what to which policy, and never to whom', async () => {
    const { post, get, events } = openedWithLog({ deniedMost: 'plain' })
    await post('lookup', bob)
    await post('trial', bob)
    await post('refund', { ...bob, units: 1 })
    await post('reset', bob)
    await post('denied', {})
    await get('')
    const event = { user: 'ann', policy: 'api', outcome: 'done' }
    expect(events).toEqual([
      { ...event, action: 'lookup' },
      { ...event, action: 'trial' },
      { ...event, action: 'refund' },
      { ...event, action: 'reset' },
      { ...event, action: 'lookup', policy: undefined },
    ])
  })

  test('gets failures', async () => {
    const { post, events } = openedWithLog({ limiters: [limiterOf({ store: new FailingStore() })] })
    for (const path of ['lookup', 'trial', 'reset'] as const) await post(path, bob)
    expect(events.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'lookup failed',
      'trial failed',
      'reset failed',
    ])
  })

  test('gets nothing that was not done', async () => {
    const { post, events } = openedWithLog({ authorize: (_, action) => action === 'lookup' })
    await post('reset', bob)
    await post('lookup', { ...bob, limiter: 'other' })
    await post('lookup', bob, { headers: { origin: 'https://evil.test' } })
    await post('lookup', { ...bob, id: '' })
    expect(events).toEqual([])
  })

  test('is told once of a look-up that goes on, and again of another', async () => {
    vi.useFakeTimers()
    let user = 'ann'
    const { post, events } = openedWithLog({ authorize: () => ({ user }) })
    for (let second = 0; second < 60; second++) {
      await post('lookup', bob)
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(events).toHaveLength(1)
    await post('lookup', { ...bob, id: 'other' })
    expect(events).toHaveLength(2)
    user = 'eve'
    await post('lookup', bob)
    expect(events).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(10_000)
    await post('lookup', bob)
    expect(events).toHaveLength(4)
  })

  test('gets each change, however often it is repeated', async () => {
    const { post, events } = openedWithLog()
    for (let nth = 0; nth < 5; nth++) await post('reset', bob)
    expect(events).toHaveLength(5)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('log is full')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('log is full')
      },
    ],
  ])('that %s fails no request', async (_, onAction) => {
    expect(await opened({ onAction }).post('reset', bob)).toMatchObject({ status: 200 })
  })
})

test('identifiers are in bodies only: not in addresses, headers, messages, events and what is printed', async () => {
  const seen: unknown[] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => seen.push(args))
  }
  const limiters = [limiterOf(), limiterOf({ name: 'broken', store: new FailingStore() })]
  const { post } = opened({
    limiters,
    deniedMost: 'plain',
    authorize: (request) => seen.push(request.url, [...request.headers]) > 0,
    onAction: (event) => seen.push(event),
  })
  for (const limiter of ['api', 'broken', 'nothing']) {
    for (const path of ['lookup', 'trial', 'refund', 'reset'] as const) {
      for (const units of [1, -1, 'x']) {
        const { headers, body } = await post(path, { ...bob, limiter, ...(path === 'refund' && { units }) })
        seen.push([...headers], body)
      }
      seen.push((await post(path, { ...bob, limiter, more: 1 })).body)
    }
  }
  expect(seen.length).toBeGreaterThan(100)
  expect(JSON.stringify(seen)).not.toContain('secret_bob')
})
