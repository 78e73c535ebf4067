import { beforeEach, describe, expect, test } from 'vitest'
import { type FixedWindowRateLimiter, OptionError, StoreError } from '../../src/index.ts'
import { receiptOf, settleReceipt } from '../../src/receipts/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { rejection, thrown } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore
let limiter: FixedWindowRateLimiter
/** The same limiter in another process. */
let elsewhere: FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
  limiter = limiterOn(store)
  elsewhere = limiterOn(store)
})

const left = async () => (await limiter.peek('a')).remaining
const adjustments = () => store.adjustments

async function receiptFor(cost: number): Promise<string> {
  return receiptOf(limiter, await limiter.limit('a', { cost }))
}

describe('a receipt', () => {
  test('settles the decision in another process', async () => {
    const receipt = await receiptFor(6)
    expect(await settleReceipt(elsewhere, receipt, 2)).toEqual({
      windows: [{ unit: undefined, state: 'settled', cost: 2, remaining: 8, debt: 0 }],
      repeated: false,
    })
    expect(await left()).toBe(8)
  })

  test('charges more, past the limit', async () => {
    expect(await settleReceipt(elsewhere, await receiptFor(6), 12)).toMatchObject({ windows: [{ cost: 12, debt: 2 }] })
    expect(await limiter.limit('a')).toMatchObject({ allowed: false })
  })

  test('is a refund with 0', async () => {
    await settleReceipt(elsewhere, await receiptFor(6), 0)
    expect(await left()).toBe(10)
  })

  test('takes effect once, however often it is sent, and the first settlement counts', async () => {
    const receipt = await receiptFor(6)
    await settleReceipt(elsewhere, receipt, 2)
    await limiter.limit('a', { cost: 3 })
    for (const [by, actual] of [
      [elsewhere, 2],
      [limiter, 9],
      [limiterOn(store), 0],
    ] as const) {
      expect(await settleReceipt(by, receipt, actual)).toMatchObject({ windows: [{ cost: 2 }], repeated: true })
    }
    expect(await left()).toBe(5)
  })

  test('whose reply was lost can be sent again', async () => {
    const receipt = await receiptFor(6)
    store.fate = 'lose'
    expect(await rejection(settleReceipt(elsewhere, receipt, 9))).toMatchObject({ outcome: 'unknown' })
    store.fate = 'answer'
    expect(await settleReceipt(elsewhere, receipt, 9)).toMatchObject({ windows: [{ cost: 9 }], repeated: true })
    expect(await left()).toBe(1)
  })

  test('is the same one each time it is asked for', async () => {
    const decision = await limiter.limit('a')
    expect(receiptOf(limiter, decision)).toBe(receiptOf(limiter, decision))
    expect(await receiptFor(1)).not.toBe(await receiptFor(1))
  })

  test('takes the place of the decision', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    receiptOf(limiter, decision)
    for (const change of [limiter.settle(decision, 1), limiter.refund(decision)]) {
      expect(await rejection(change)).toMatchObject({
        message: 'decision must be one without a receipt, received one whose units only its receipt can change',
      })
    }
    expect(adjustments()).toEqual([])
    expect(JSON.stringify(decision)).not.toContain('rl1')
  })

  test('is refused while a change is under way, as what is charged may still be another', async () => {
    const decision = await limiter.limit('a')
    const refused = new StoreError('refused', { outcome: 'not-executed' })
    store.fate = refused
    const settling = rejection(limiter.settle(decision, 5))
    expect(thrown(() => receiptOf(limiter, decision))).toMatchObject({
      message: 'decision must be one that no refund or settlement is under way for, received one that is changing',
    })
    expect(await settling).toBe(refused)
    store.fate = 'answer'
    await settleReceipt(elsewhere, receiptOf(limiter, decision), 0)
    expect(adjustments().at(-1)?.windows).toMatchObject([{ change: -1 }])
  })

  test('carries what is not given back yet', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await limiter.refund(decision, { cost: 2 })
    await settleReceipt(elsewhere, receiptOf(limiter, decision), 1)
    expect(adjustments().at(-1)?.windows).toMatchObject([{ change: -3 }])
    expect(await left()).toBe(9)
  })

  test('is short, and made of letters that may stand in a header, a path and a file name', async () => {
    const receipt = await receiptFor(6)
    expect(receipt).toMatch(/^rl1\.[\w-]+\.[0-9a-f]{8}$/)
    expect(receipt.length).toBeLessThan(170)
  })

  test('names any identifier', async () => {
    for (const id of ['ü€😀', '"quoted" \\ ,', 'x'.repeat(5000), '\u0000']) {
      const receipt = receiptOf(limiter, await limiter.limit(id, { cost: 5 }))
      await settleReceipt(elsewhere, receipt, 1)
      expect((await limiter.peek(id)).remaining).toBe(9)
    }
  })

  test('of a cleared identifier changes nothing', async () => {
    const receipt = await receiptFor(6)
    await limiter.reset('a')
    expect(await settleReceipt(elsewhere, receipt, 9)).toMatchObject({ windows: [{ state: 'ended' }] })
    expect(await left()).toBe(10)
  })

  test('of a window that has ended says so', async () => {
    const receipt = await receiptFor(6)
    store.now = T0 + 30_000
    expect(await settleReceipt(elsewhere, receipt, 9)).toEqual({
      windows: [{ unit: undefined, state: 'ended' }],
      repeated: false,
    })
    expect(await left()).toBe(10)
  })
})

describe('how long a receipt is valid', () => {
  const windows = [
    { limit: 10, window: '1m' },
    { limit: 100, window: '1w' },
  ]
  const untilOf = async (validFor?: string) => {
    const several = limiterOn(store, { name: 'several', windows })
    const receipt = receiptOf(several, await several.limit('a', { cost: 6 }), { validFor })
    await settleReceipt(several, receipt, 1)
    return (adjustments().at(-1)?.token?.until ?? 0) - T0
  }

  test('a day, if its windows are open as long', async () => expect(await untilOf()).toBe(86_400_000))
  test('as long as the option says', async () => expect(await untilOf('10m')).toBe(600_000))
  test('no longer than its last window', async () => expect(await untilOf('52w')).toBeLessThan(604_800_000))

  test('later, it is refused while a window is open', async () => {
    const several = limiterOn(store, { name: 'several', windows })
    const receipt = receiptOf(several, await several.limit('a', { cost: 6 }), { validFor: '10m' })
    store.now = T0 + 600_000
    expect(await rejection(settleReceipt(several, receipt, 1))).toMatchObject({
      name: 'StoreError',
      outcome: 'not-executed',
    })
    expect(await several.peek('a')).toMatchObject({ windows: [{ remaining: 10 }, { remaining: 94 }] })
  })

  test('an option that is wrong is refused', async () => {
    const decision = await limiter.limit('a')
    expect(thrown(() => receiptOf(limiter, decision, { validFor: '1M' }))).toBeInstanceOf(OptionError)
    expect(thrown(() => receiptOf(limiter, decision, { valid: '1m' } as never))).toMatchObject({
      message: expect.stringContaining('did you mean validFor?'),
    })
  })
})

describe('with units and plans', () => {
  test('units that are not named stay, under the limits of the decision', async () => {
    const windows = [
      { unit: 'requests', limit: 5, window: '1m' },
      { unit: 'tokens', limit: 100, window: '1h' },
    ]
    const metered = limiterOn(store, { name: 'metered', windows })
    const decision = await metered.limit('a', { cost: { requests: 1, tokens: 40 }, limit: [7, 200] })
    // A process that has other windows by now.
    const newer = limiterOn(store, { name: 'metered', limit: 3, window: '1s' })
    expect(await settleReceipt(newer, receiptOf(metered, decision), { tokens: 250 })).toMatchObject({
      windows: [
        { unit: 'requests', cost: 1, remaining: 6, debt: 0 },
        { unit: 'tokens', cost: 250, remaining: 0, debt: 50 },
      ],
    })
  })

  test('a bad cost is refused', async () => {
    const receipt = await receiptFor(1)
    for (const actual of [-1, 1.5, { tokens: 1 }, undefined] as never[]) {
      expect(await rejection(settleReceipt(limiter, receipt, actual))).toMatchObject({
        name: 'OptionError',
        option: 'actual',
      })
    }
    expect(adjustments()).toEqual([])
  })
})

describe('a decision with nothing to settle', () => {
  test.each(['allow', 'deny'] as const)(
    "by the policy '%s' has a receipt that settles nothing",
    async (onStoreError) => {
      store.fate = 'fail'
      const lenient = limiterOn(store, { onStoreError })
      const receipt = receiptOf(lenient, await lenient.limit('a'))
      store.fate = 'answer'
      expect(await settleReceipt(elsewhere, receipt, 5)).toEqual({ windows: [], repeated: false })
      expect(adjustments()).toEqual([])
      expect(await rejection(settleReceipt(elsewhere, receipt, -1))).toBeInstanceOf(OptionError)
    },
  )

  test('so has one of a fallback store', async () => {
    store.fate = 'fail'
    const fallback = new FakeStore()
    const covered = limiterOn(store, { onStoreError: fallback })
    const receipt = receiptOf(covered, await covered.limit('a', { cost: 5 }))
    store.fate = 'answer'
    expect(await settleReceipt(elsewhere, receipt, 2)).toEqual({ windows: [], repeated: false })
    expect([...adjustments(), ...fallback.operations.slice(1)]).toEqual([])
  })

  test.each([
    ['denied', () => limiter.limit('a', { cost: 11 }), 'one that was denied, peeked or of cost 0'],
    ['peeked', () => limiter.peek('a'), 'one that was denied, peeked or of cost 0'],
    ['of cost 0', () => limiter.limit('a', { cost: 0 }), 'one that was denied, peeked or of cost 0'],
    ["another limiter's", () => elsewhere.limit('a'), 'one that this limiter returned'],
  ])('%s has none', async (_, decide, message) => {
    const decision = await decide()
    expect(thrown(() => receiptOf(limiter, decision))).toMatchObject({
      name: 'OptionError',
      message: expect.stringContaining(message),
    })
  })
})

describe('a receipt is refused', () => {
  async function refuses(receipt: unknown, message: string): Promise<void> {
    const error = await rejection(settleReceipt(elsewhere, receipt as string, 1))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'receipt', message: expect.stringContaining(message) })
    expect(adjustments()).toEqual([])
  }

  test('that is another value', async () => {
    await refuses(undefined, 'received undefined')
    await refuses({}, 'received a plain object')
    await refuses('', 'another string, or a damaged receipt')
    await refuses('secret', 'another string, or a damaged receipt')
  })

  test('that is damaged in any character', async () => {
    const receipt = await receiptFor(6)
    for (let i = 0; i < receipt.length; i++) {
      const other = receipt[i] === 'A' ? 'B' : 'A'
      await refuses(receipt.slice(0, i) + other + receipt.slice(i + 1), 'a damaged receipt')
      await refuses(receipt.slice(0, i), 'a damaged receipt')
    }
    await refuses(`${receipt}0`, 'a damaged receipt')
  })

  test('of another version', async () => {
    const receipt = await receiptFor(6)
    await refuses(receipt.replace('rl1', 'rl2'), 'one of another version of this package')
  })

  test('of another limiter', async () => {
    const other = limiterOn(store, { name: 'other' })
    await refuses(receiptOf(other, await other.limit('a')), 'one of a limiter with another name')
  })

  test('by what is no limiter', async () => {
    const receipt = await receiptFor(6)
    const error = await rejection(settleReceipt({ ...elsewhere } as never, receipt, 1))
    expect(error).toMatchObject({ name: 'OptionError', option: 'limiter' })
  })
})

test('a store that fails is a StoreError, and says nothing of the identifier', async () => {
  const receipt = await receiptFor(6)
  store.fate = 'fail'
  const error = await rejection(settleReceipt(elsewhere, receipt, 1))
  expect(error).toBeInstanceOf(StoreError)
  expect(String(error)).not.toContain(receipt)
})
