import { StoreError, type Take, type Window } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { decodeRefund, decodeTakes, encodeRefund, encodeTakes, redisKey } from '../src/index.ts'

const MINUTE: Window = { limit: 10, windowMs: 60_000, anchor: 'epoch' }
const HOUR: Window = { limit: 100, windowMs: 3_600_000, anchor: 'first-hit' }
const ONE: readonly Window[] = [MINUTE]
const TWO: readonly Window[] = [MINUTE, HOUR]
const NOW = 1_768_480_230_000
const MINUTE_END = 1_768_480_260_000

function take(key: string, windows = ONE, cost = 1, times = 1): Take {
  return { key, windows, cost, times }
}

function malformed(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ outcome: 'unknown' })
    return
  }
  throw new Error('did not throw')
}

describe('keys', () => {
  test('hold the hash tag of the identifier, and differ by length and anchor alone', () => {
    expect(redisKey('rl:', 'api:user_123', MINUTE)).toBe('rl:{api:user_123}:e60000')
    expect(redisKey('rl:', 'api:user_123', { ...MINUTE, limit: 5 } as Window)).toBe('rl:{api:user_123}:e60000')
    expect(redisKey('', 'api:user_123', { windowMs: 60_000, anchor: 'first-hit' })).toBe('{api:user_123}:f60000')
    expect(redisKey('rl:', 'a', { windowMs: Number.MAX_SAFE_INTEGER, anchor: 'epoch' })).toBe(
      'rl:{a}:e9007199254740991',
    )
  })
})

describe('takes on the wire', () => {
  test('one take: what it takes, and its windows', () => {
    expect(encodeTakes('rl:', [take('a', TWO, 3, 2)])).toEqual({
      keys: ['rl:{a}:e60000', 'rl:{a}:f3600000'],
      args: ['take', '1 3 2 2', '10 60000', '100 3600000 f'],
    })
  })

  test('takes that are alike share one description', () => {
    expect(
      encodeTakes(
        '',
        ['a', 'b', 'c'].map((key) => take(key)),
      ),
    ).toEqual({
      keys: ['{a}:e60000', '{b}:e60000', '{c}:e60000'],
      args: ['take', '3 1 1 1', '10 60000'],
    })
  })

  test('only neighbours do, so that the order is kept; a key that comes again is announced', () => {
    const { keys, args } = encodeTakes('', [take('a'), take('b'), take('c', ONE, 2), take('a'), take('d'), take('e')])
    expect(keys).toEqual(['a', 'b', 'c', 'a', 'd', 'e'].map((key) => `{${key}}:e60000`))
    expect(args).toEqual(['take again', '2 1 1 1', '10 60000', '1 2 1 1', '10 60000', '3 1 1 1', '10 60000'])
  })

  test.each<[string, Take]>([
    ['cost', take('b', ONE, 2)],
    ['times', take('b', ONE, 1, 2)],
    ['limit', take('b', [{ ...MINUTE, limit: 11 }])],
    ['windows', take('b', TWO)],
  ])('another %s is another description', (_, other) => {
    const { args } = encodeTakes('', [take('a'), other])
    expect(args.slice(0, 3)).toEqual(['take', '1 1 1 1', '10 60000'])
    expect(args.length).toBeGreaterThan(3)
  })

  test('the largest numbers are sent in digits', () => {
    const max = Number.MAX_SAFE_INTEGER
    const { args } = encodeTakes('', [take('a', [{ limit: max, windowMs: max, anchor: 'first-hit' }], max, max)])
    const digits = '9007199254740991'
    expect(args).toEqual(['take', `1 ${digits} ${digits} 1`, `${digits} ${digits} f`])
  })

  test('a refund', () => {
    const windows = [
      { ...MINUTE, resetAt: MINUTE_END },
      { ...HOUR, resetAt: 5 },
    ]
    expect(encodeRefund('rl:', { key: 'a', windows, cost: 3 })).toEqual({
      keys: ['rl:{a}:e60000', 'rl:{a}:f3600000'],
      args: ['refund', '3', String(MINUTE_END), '5'],
    })
  })
})

describe('replies', () => {
  test('to several takes, each in its place; the end of an epoch window follows from the clock', () => {
    expect(decodeTakes([take('a'), take('b', TWO)], [NOW, 1, 5, 0, 10, 77, NOW + 1])).toEqual([
      { taken: 1, now: NOW, windows: [{ used: 5, resetAt: MINUTE_END }] },
      {
        taken: 0,
        now: NOW,
        windows: [
          { used: 10, resetAt: MINUTE_END },
          { used: 77, resetAt: NOW + 1 },
        ],
      },
    ])
  })

  test('integers as strings of digits are fine, as some clients are set to give them', () => {
    expect(decodeTakes([take('a')], [String(NOW), '1', '5'])).toEqual(decodeTakes([take('a')], [NOW, 1, 5]))
    expect(decodeRefund({ key: 'a', windows: [{ ...MINUTE, resetAt: 5 }], cost: 1 }, [String(NOW), '1'])).toEqual({
      now: NOW,
      refunded: [1],
    })
    const max = Number.MAX_SAFE_INTEGER
    expect(decodeTakes([take('a')], [NOW, 1, String(max)])).toMatchObject([{ windows: [{ used: max }] }])
  })

  test.each(['the counter holds no count', 'the counter is of another type'])(
    "'%s' fails its own take alone, and proves that it changed nothing",
    (reason) => {
      const [first, second, third] = decodeTakes([take('a'), take('b', TWO), take('c')], [NOW, 1, 1, reason, 0, 10])
      expect([first, third]).toMatchObject([{ taken: 1 }, { taken: 0 }])
      expect(second).toBeInstanceOf(StoreError)
      expect(second).toMatchObject({ message: reason, outcome: 'not-executed' })
    },
  )

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['OK', 'OK'],
    ['a number', NOW],
    ['an object', { 0: NOW, 1: 1, 2: 5, length: 3 }],
    ['nothing', []],
    ['the clock alone', [NOW]],
    ['no count', [NOW, 1]],
    ['an element too many', [NOW, 1, 5, 0]],
    ['a null too many', [NOW, 1, 5, null]],
    ['null for the clock', [null, 1, 5]],
    ['null for taken', [NOW, null, 5]],
    ['null for used', [NOW, 1, null]],
    ['an error within', [NOW, new Error('WRONGTYPE'), 5]],
    ['an error in the end', [NOW, 1, new Error('WRONGTYPE')]],
    ['a nested reply', [NOW, [1, 5]]],
    ['all nested', [[NOW, 1, 5]]],
    ['a boolean', [NOW, true, 5]],
    ['a float', [NOW, 1, 5.5]],
    ['NaN', [NOW, Number.NaN, 5]],
    ['Infinity', [NOW, Number.POSITIVE_INFINITY, 5]],
    ['a bigint', [NOW, 1n, 5]],
    ['beyond 2^53-1', [NOW, 1, 2 ** 53]],
    ['a buffer', [NOW, Buffer.from('1'), 5]],
    ['a float as a string', [NOW, '1.5', 5]],
    ['a float as a string, in place of a whole take', [NOW, '1.5']],
    ['an exponent', [NOW, '1e0', 5]],
    ['a hexadecimal number', [NOW, '0x1', 5]],
    ['an empty string', [NOW, '', 5]],
    ['a blank', [NOW, ' ', 5]],
    ['a signed string', [NOW, '+1', 5]],
    ['a negative string', [NOW, '-1', 5]],
    ['digits beyond 2^53-1', [NOW, 1, '9007199254740992']],
    ['many digits', [NOW, '99999999999999999']],
    ['an unknown sentence in place of a take', [NOW, 'the server had a bad day']],
    ['a reason for the clock', ['the counter holds no count', 1, 5]],
  ])('%s is no reply to a take', (_, raw) => malformed(() => decodeTakes([take('a')], raw)))

  test('a reply to fewer takes, or to more, is none', () => {
    malformed(() => decodeTakes([take('a'), take('b')], [NOW, 1, 5]))
    malformed(() => decodeTakes([take('a')], [NOW, 1, 5, 1, 5]))
    malformed(() => decodeTakes([take('a', TWO)], [NOW, 1, 5, 6]))
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['nothing', []],
    ['the clock alone', [NOW]],
    ['an element too many', [NOW, 1, 1]],
    ['null within', [NOW, null]],
    ['a float', [NOW, 0.5]],
    ['a sentence', [NOW, 'the counter holds no count']],
  ])('%s is no reply to a refund', (_, raw) =>
    malformed(() => decodeRefund({ key: 'a', windows: [{ ...MINUTE, resetAt: 5 }], cost: 1 }, raw)),
  )
})
