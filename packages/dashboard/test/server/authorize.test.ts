import { describe, expect, test } from 'vitest'
import type { DashboardAction } from '../../src/index.ts'
import { opened } from './support.ts'

const subject = { limiter: 'api', id: 'bob' }

/** Every request there is, with the action that permits it. */
const REQUESTS: readonly (readonly [method: string, path: string, action: DashboardAction, body?: object])[] = [
  ['GET', '', 'view'],
  ['GET', 'page.js', 'view'],
  ['GET', 'page.css', 'view'],
  ['GET', 'stream', 'view'],
  ['GET', 'favicon.ico', 'view'],
  ['GET', 'nothing', 'view'],
  ['POST', '', 'view'],
  ['OPTIONS', 'reset', 'reset'],
  ['POST', 'lookup', 'lookup', subject],
  ['POST', 'denied', 'lookup', {}],
  ['POST', 'trial', 'trial', subject],
  ['POST', 'refund', 'refund', { ...subject, units: 1 }],
  ['POST', 'reset', 'reset', subject],
]

describe('authorize', () => {
  for (const [method, path, action, body] of REQUESTS) {
    test(`is asked about ${method} "${path}" with the action ${action}, once`, async () => {
      const asked: [Request, DashboardAction][] = []
      const { get, post } = opened({
        authorize: (request, action) => asked.push([request, action]) > 0,
        deniedMost: 'plain',
      })
      const { status } = body === undefined ? await get(path, { method }) : await post(path as 'lookup', body)
      expect(asked.map(([, each]) => each)).toEqual([action])
      expect(asked[0]?.[0]).toBeInstanceOf(Request)
      expect(status).not.toBe(403)
    })
  }

  const REFUSING: readonly (readonly [name: string, authorize: () => unknown])[] = [
    ['gives false', () => false],
    ['gives nothing', () => undefined],
    ['gives null', () => null],
    ['gives 1', () => 1],
    ["gives 'true'", () => 'true'],
    ['gives an object', () => ({})],
    ['gives an object that says no', () => ({ allowed: false })],
    ['gives an array', () => [true]],
    ['gives a user without a name', () => ({ user: undefined })],
    ['gives a user with an empty name', () => ({ user: '' })],
    ['gives a user that is an object', () => ({ user: { name: 'ann' } })],
    ['gives a function', () => () => true],
    ['gives a promise of false', async () => false],
    [
      'throws',
      () => {
        throw new Error('no session')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no session')
      },
    ],
    [
      'throws true',
      () => {
        throw true
      },
    ],
  ]

  test.each(REFUSING)('that %s permits nothing', async (_, authorize) => {
    const { get, post } = opened({ authorize: authorize as () => true, deniedMost: 'plain' })
    for (const [method, path, , body] of REQUESTS) {
      const answer = body === undefined ? await get(path, { method }) : await post(path as 'lookup', body)
      expect([method, path, answer.status]).toEqual([method, path, 403])
    }
  })

  test.each([
    ['true', () => true],
    ['a named user', () => ({ user: 'ann' })],
    ['a promise of true', async () => true],
    ['a promise of a named user', async () => ({ user: 'ann' })],
  ])('that gives %s permits everything', async (_, authorize) => {
    const { get, post } = opened({ authorize, deniedMost: 'plain' })
    for (const [method, path, , body] of REQUESTS) {
      const answer = body === undefined ? await get(path, { method }) : await post(path as 'lookup', body)
      expect(answer.status).not.toBe(403)
    }
  })

  test('that permits to view, permits no action', async () => {
    const { get, post } = opened({ authorize: (_, action) => action === 'view', deniedMost: 'plain' })
    expect((await get('page.js')).status).toBe(200)
    for (const path of ['lookup', 'denied', 'trial', 'refund', 'reset'] as const) {
      expect(await post(path, subject)).toMatchObject({ status: 403, body: { error: { code: 'not-permitted' } } })
    }
  })
})
