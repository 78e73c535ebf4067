import { FixedWindowRateLimiter, OptionError } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { MemoryStore } from '@rl/memory'
import { describe, expect, test } from 'vitest'
import { draft6, draft7, draft10, type HeaderFormat, legacy } from '../src/fields/index.ts'
import { Guard, type GuardOptions } from '../src/index.ts'
import { limiterOf } from './limiters.ts'

const timeZone = 'Europe/Berlin'
const NOON = Date.UTC(2026, 1, 10, 11) // 10 February 2026 in Berlin
const DAY = 86_400

/** By tenant, as an argument of the guard. */
type Options = GuardOptions<[tenant: string], undefined>

function monthly(name = 'month'): FixedWindowRateLimiter {
  const store = new MemoryStore({ now: () => NOON })
  return new FixedWindowRateLimiter({ name, store, limit: 5, window: calendar('month', { timeZone }) })
}

describe('a period of a calendar', () => {
  const windows = [
    { limit: 5, window: '1s' as const },
    { limit: 100, window: calendar('day', { timeZone }) },
    { limit: 1000, window: calendar('month', { timeZone }) },
  ]
  const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore({ now: () => NOON }), windows })

  test.each<[version: string, format: HeaderFormat, fields: object]>([
    [
      'draft10',
      draft10,
      {
        'ratelimit-policy': '"api-1s";q=5;w=1, "api-day";q=100, "api-month";q=1000',
        ratelimit: `"api-1s";r=5;t=1, "api-day";r=100;t=${DAY / 2}, "api-month";r=1000;t=${18.5 * DAY}`,
      },
    ],
    // These two need the length of each window that they show.
    ['draft7', draft7, { 'ratelimit-policy': '5;w=1', ratelimit: 'limit=5, remaining=5, reset=1' }],
    [
      'draft6',
      draft6,
      {
        'ratelimit-policy': '5;w=1',
        'ratelimit-limit': '5',
        'ratelimit-remaining': '5',
        'ratelimit-reset': '1',
      },
    ],
  ])('has no length in fields of %s, as its length differs', async (_, headers, fields) => {
    expect(await fieldsOf({ limiter, key: (tenant) => tenant, cost: 0, headers })).toEqual(fields)
  })

  test.each<[version: string, format: HeaderFormat, fields: object]>([
    ['draft7', draft7, { ratelimit: `limit=5, remaining=4, reset=${18.5 * DAY}` }],
    [
      'legacy',
      legacy,
      {
        'x-ratelimit-limit': '5',
        'x-ratelimit-remaining': '4',
        'x-ratelimit-reset': `${Date.UTC(2026, 1, 28, 23) / 1000}`,
      },
    ],
  ])('alone is shown by %s with its end', async (_, headers, fields) => {
    expect(await fieldsOf({ limiter: monthly(), key: (tenant) => tenant, headers })).toEqual(fields)
  })

  test('is told by its time zone from one that is like it otherwise', async () => {
    const day = (zone: string) => ({ limit: 5, window: calendar('day', { timeZone: zone }) })
    const store = new MemoryStore({ now: () => NOON })
    const hour = { limit: 2, window: calendar('hour', { timeZone }) }
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, windows: [day(timeZone), hour, day('UTC')] })
    const fields = await fieldsOf({ limiter, key: (tenant) => tenant })
    expect(fields['ratelimit-policy']).toBe('"api-day";q=5, "api-hour";q=2, "api-day-UTC";q=5')
  })

  test('with a unit is named after both', async () => {
    const units = windows.map((window) => ({ ...window, unit: 'tokens' }))
    const model = new FixedWindowRateLimiter({
      name: 'model',
      store: new MemoryStore({ now: () => NOON }),
      windows: units,
    })
    const fields = await fieldsOf({ limiter: model, key: (tenant) => tenant })
    expect(fields['ratelimit-policy']).toBe(
      '"model-1s-tokens";q=5;qu="tokens";w=1, "model-day-tokens";q=100;qu="tokens", "model-month-tokens";q=1000;qu="tokens"',
    )
  })
})

describe('a calendar for each request', () => {
  const days: Readonly<Record<string, number>> = { blue: 17, red: 31 }
  const calendarOf = (tenant: string) =>
    tenant in days ? calendar('month', { timeZone, day: days[tenant] }) : undefined
  const key = (tenant: string): string => tenant

  test('decides when the period ends, and what has none gets the limiter’s', async () => {
    const guard = new Guard<[tenant: string], undefined>({ limiter: monthly(), key, calendar: calendarOf })
    const ends = await Promise.all(['blue', 'red', 'other'].map((tenant) => endOf(guard, tenant)))
    expect(ends).toEqual(['2026-02-16T23:00:00.000Z', '2026-02-27T23:00:00.000Z', '2026-02-28T23:00:00.000Z'])
  })

  test('may come later, counts on one counter, and says when a denied request can come back', async () => {
    const calendarLater = async (tenant: string) => calendarOf(tenant)
    const options: Options = { limiter: monthly(), key, calendar: calendarLater, cost: 5 }
    expect(await fieldsOf(options, 'blue')).toEqual({
      'ratelimit-policy': '"month";q=5',
      ratelimit: `"month";r=0;t=${6.5 * DAY}`,
    })
    expect(await fieldsOf(options, 'blue')).toMatchObject({ 'retry-after': `${6.5 * DAY}` })
  })

  test('goes along with a cost and a limit, also to limiters that are only peeked at', async () => {
    const denying = limiterOf({ limit: 0 })
    const entry = { limiter: monthly(), calendar: calendarOf, cost: 2, limit: () => 9 }
    const fields = await fieldsOf({ limiters: [denying, entry], key }, 'blue')
    expect(fields.ratelimit).toBe(`"api";r=0;t=4, "month";r=9;t=${6.5 * DAY}`)
  })

  test('of another kind is an OptionError, and other limiters get their units back', async () => {
    const before = limiterOf({})
    const entry = { limiter: monthly(), calendar: () => calendar('week', { timeZone }) }
    const guard = new Guard<[tenant: string], undefined>({ limiters: [before, entry], key })
    const error = await guard.check('blue').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'calendar' })
    expect(await before.peek('blue')).toMatchObject({ remaining: 2 })
  })
})

async function endOf(guard: Guard<[tenant: string], undefined>, tenant: string): Promise<string> {
  const decision = (await guard.check(tenant))?.result.decision
  if (decision === undefined || decision.source === 'failure-policy') throw new Error('no figures')
  return new Date(decision.resetAt).toISOString()
}

async function fieldsOf(options: Options, tenant = 'blue'): Promise<Record<string, string>> {
  const verdict = await new Guard(options).check(tenant)
  const headers = new Headers()
  verdict?.writeHeaders(headers)
  return Object.fromEntries(headers)
}
