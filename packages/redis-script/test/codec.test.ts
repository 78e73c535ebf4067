import { type Adjustment, type Clear, type Operation, StoreError, type Take, type Window } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { decode, encode, parseCounterName, parseKey, parseValue, redisKey, tokenKey } from '../src/index.ts'

const MINUTE: Window = { limit: 10, windowMs: 60_000, anchor: 'epoch' }
const HOUR: Window = { limit: 100, windowMs: 3_600_000, anchor: 'first-hit', unit: 'tokens' }
const MONTH: Window = {
  limit: 5,
  anchor: 'calendar',
  period: 'month',
  timeZone: 'America/New_York',
  ends: [1000, 2000, 3000],
  longestMs: 31 * 86_400_000,
}
afterEach(() => {
  vi.useRealTimers()
})

const ONE: readonly Window[] = [MINUTE]
const TWO: readonly Window[] = [MINUTE, HOUR]
const CLOCK = 'r1768480230:123456'
const NOW = 1_768_480_230_123
const MINUTE_END = 1_768_480_260_000

function take(id: string, windows = ONE, costs: readonly number[] = windows.map(() => 1), times = 1): Take {
  return { kind: 'take', scope: 's', id, windows, costs, times }
}

function adjust(change = -1, token?: Adjustment['token']): Adjustment {
  const windows = TWO.map((window, w) => ({ ...window, resetAt: MINUTE_END + w, generation: w, change }))
  return { kind: 'adjust', scope: 's', id: 'a', windows, token }
}

const CLEAR: Clear = { kind: 'clear', scope: 's', id: 'a', windows: TWO }
const TOKEN = { id: 'tok', until: MINUTE_END }

function encoded(...operations: Operation[]) {
  return encode(
    operations,
    operations.map(({ scope, id }) => (scope === 's' ? id : `${scope}:${id}`)),
  )
}

describe('keys', () => {
  test('hold the hash tag of the identifier and the layout version', () => {
    const key = counterKey({ scope: 'api', id: 'user_123' })
    expect(redisKey('rl:', key)).toBe('rl:1:{api:user_123}')
    expect(redisKey('', key, () => '7')).toBe('1:{7}api:user_123')
    expect(tokenKey(redisKey('rl:', key), 'tok')).toBe('rl:1:{api:user_123}#tok')
  })

  const long = 'x'.repeat(129)
  test.each<[string, string]>([
    ['api', 'user_123'],
    ['api', 'a:b@c.d'],
    ['a:b', '}x{'],
    ['é #', '\0 %#é😀'],
    ['a#b', '#'],
    ['s', 'x'.repeat(128)],
  ])('are read back: %j %j', (scope, id) => {
    const key = counterKey({ scope, id })
    for (const text of [redisKey('rl:', key), redisKey('rl:', key, () => 'a7')]) {
      expect(parseKey(text)).toEqual({ scope, id, idHash: undefined, token: undefined })
      expect(parseKey(tokenKey(text, 'A_-9'))).toEqual({ scope, id, idHash: undefined, token: 'A_-9' })
      expect(parseKey(`my ${text}`, 'my rl:')).toEqual({ scope, id, idHash: undefined, token: undefined })
    }
  })

  test('of long identifiers tell their hash', () => {
    const key = counterKey({ scope: 's', id: long })
    const idHash = key.slice('s:#'.length)
    for (const text of [redisKey('rl:', key), redisKey('rl:', key, () => '7')]) {
      expect(parseKey(text)).toEqual({ scope: 's', id: undefined, idHash, token: undefined })
      expect(parseKey(tokenKey(text, 't'))).toEqual({ scope: 's', id: undefined, idHash, token: 't' })
    }
  })

  test.each([
    'rl:{api:user}:e60000',
    'rl:2:{api:user}',
    'xx:1:{api:user}',
    'rl:1:{}',
    'rl:1:{api}',
    'rl:1:{api:}',
    'rl:1:{:user}',
    'rl:1:{api:user',
    'rl:1:{api:user}#',
    'rl:1:{api:user}#a b',
    'rl:1:{api:%zz}',
    'rl:1:{api:#abc}',
    // As no limiter writes them.
    'rl:1:{api:%61}',
    'rl:1:{%61pi:user}',
    'rl:1:{api:%e2%82%ac}',
    'rl:1:{api:a\u001b[31m}',
    'rl:1:{api:a b}',
    `rl:1:{api:${long}}`,
  ])('%j is none', (text) => expect(parseKey(text)).toBeUndefined())
})

describe('values', () => {
  test('are read with their windows', () => {
    const text = '1;e60000=1768480260000;f3600000_tokens=5;month_America~2FNew~5FYork_a_b=7;other~1=9 5,2:3,0:0:x:y,1'
    expect(parseValue(text)).toEqual({
      counters: [
        { name: 'e60000', window: { anchor: 'epoch', windowMs: 60_000 }, used: 5, resetAt: MINUTE_END, generation: 0 },
        {
          name: 'f3600000_tokens',
          window: { anchor: 'first-hit', windowMs: 3_600_000, unit: 'tokens' },
          used: 2,
          resetAt: 5,
          generation: 3,
        },
        {
          name: 'month_America~2FNew~5FYork_a_b',
          window: { anchor: 'calendar', period: 'month', timeZone: 'America/New_York', unit: 'a_b' },
          used: 0,
          resetAt: 7,
          generation: 0,
        },
        { name: 'other~1', window: undefined, used: 1, resetAt: 9, generation: 0 },
      ],
      unreadable: [],
    })
  })

  test.each(['e060000', 'e1e3', 'f99999999999999999999', 'day_Europe/Paris', 'day_UTC~5f', 'q1'])(
    '%s is the name of no window',
    (name) => expect(parseCounterName(name)).toBeUndefined(),
  )

  test('tell which counts can not be read', () => {
    expect(parseValue('1;e1=5;e2=6;e3=9007199254740992 x,1,1')).toEqual({
      counters: [{ name: 'e2', window: { anchor: 'epoch', windowMs: 2 }, used: 1, resetAt: 6, generation: 0 }],
      unreadable: ['e1', 'e3'],
    })
  })

  test.each([
    '',
    '5',
    '1',
    '1;',
    '2;e1=5 5',
    '1;e1=5',
    '1;e1 5',
    '1;e1=5 5,5',
    '1;e1=5;e2=5 5',
    '1;e1=x 5',
    '1;e1=5; 5,5',
  ])('%j is none', (text) => expect(parseValue(text)).toBeUndefined())
})

describe('operations on the wire', () => {
  test('a lone take of one fixed window has a special form, with the place of the count', () => {
    expect(encoded(take('a'))).toEqual({ keys: ['a'], args: ['e60000 10 23 1'] })
    expect('1;e60000=1768480260000 '.length).toBe(23)
    expect(encoded(take('a', [HOUR], [7]))).toEqual({ keys: ['a'], args: ['f3600000_tokens 100 32 7'] })
  })

  test('a lone take of several windows of epoch tells how their value begins, by the clock of the process', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    const two: readonly Window[] = [MINUTE, { limit: 50, windowMs: 7000, anchor: 'epoch', unit: 'tokens' }]
    const head = `1;e60000=${MINUTE_END};e7000_tokens=1768480231000 `
    expect(encoded(take('a', two, [1, 0])).args).toEqual([`h1768480224000 7000 36000 ${head.length} ${head}1:10,0:50`])
    vi.setSystemTime(NOW + 1000)
    expect(encoded(take('a', two, [2, 3])).args).toEqual([
      `h1768480231000 7000 29000 ${head.length} ${head.replace('231000', '238000')}2:10,3:50`,
    ])
  })

  test('a lone take of a calendar window says how its value begins, and how it goes as a list', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    const ends = [NOW - 5000, NOW + 5000, NOW + 9000]
    const day: Window = { ...MONTH, ends }
    const name = 'month_America~2FNew~5FYork'
    const list = `t1 1 2;${name} 5 ${day.longestMs} ${ends}`
    const head = `1;${name}=${NOW + 5000} `
    const guess = `h${NOW - 5000} 10000 10000 ${head.length} ${head}2:5@${NOW + 5000}`
    expect(encoded(take('a', [day], [2])).args).toEqual([guess, list])
    vi.setSystemTime(NOW - 6000)
    expect(encoded(take('a', [{ ...day }], [2])).args).toEqual([list])
  })

  test('boundaries of a calendar that move on are sent as they are now', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    let ends = [NOW - 1, NOW + 1000]
    const moving: Window = Object.defineProperty({ ...MONTH }, 'ends', { get: () => ends })
    const windows = [moving]
    const sent = () =>
      [encoded(take('a', windows)), encoded(take('a', windows), take('b', windows))].map(({ args }) => args.at(-1))
    for (const args of sent()) expect(args).toMatch(new RegExp(`${NOW - 1},${NOW + 1000}$`))
    ends = [NOW + 1000, NOW + 2000]
    for (const args of sent()) expect(args).toMatch(new RegExp(`${NOW + 1000},${NOW + 2000}$`))
  })

  test('others are lists', () => {
    expect(encoded(take('a', ONE, [1], 3)).args).toEqual(['t1 3 1;e60000 10'])
    expect(encoded(take('a', [MINUTE, MINUTE], [1, 1], 2)).args).toEqual(['t1 2 1,1;e60000 10;e60000 10'])
    expect(encoded(take('a', TWO, [3, 0])).args).toEqual(['t1 1 3,0;e60000 10;f3600000_tokens 100'])
    expect(encoded(take('a', [MONTH])).args).toEqual(['t1 1 1;month_America~2FNew~5FYork 5 2678400000 1000,2000,3000'])
  })

  test('takes of the same windows share one description, also if their costs are equal arrays', () => {
    expect(encoded(take('a'), take('b'), take('c'))).toEqual({ keys: ['a', 'b', 'c'], args: ['t3 1 1;e60000 10'] })
  })

  test('takes of the same windows share it with different costs', () => {
    expect(encoded(take('a', TWO), take('b', TWO, [1, 2]), take('c', TWO)).args).toEqual([
      'v3 1 1,1 1,2 1,1;e60000 10;f3600000_tokens 100',
    ])
  })

  test('windows are left out where they are those of the takes before', () => {
    expect(encoded(take('b'), take('c', ONE, [1], 2), adjust(), take('d'), take('e', TWO)).args).toEqual([
      't1 1 1;e60000 10',
      't1 2 1',
      `a;e60000 ${MINUTE_END} 0 -1;f3600000_tokens ${MINUTE_END + 1} 1 -1`,
      't1 1 1',
      't1 1 1,1;e60000 10;f3600000_tokens 100',
    ])
  })

  test('limiters with the same windows share a description', () => {
    const other = { ...take('b', [{ ...MINUTE }]), scope: 'other' }
    expect(encoded(take('a'), other, take('c')).args).toEqual(['t3 1 1;e60000 10'])
    expect(encoded(take('a'), { ...other, times: 2 }, take('c')).args).toEqual(['t1 1 1;e60000 10', 't1 2 1', 't1 1 1'])
    const stricter = take('d', [{ ...MINUTE, limit: 9 }])
    expect(encoded(take('a'), stricter).args).toEqual(['t1 1 1;e60000 10', 't1 1 1;e60000 9'])
  })

  test('takes of one identifier that come in a row share its key', () => {
    const row = [3, 1, 2].map((cost) => take('b', ONE, [cost]))
    expect(encoded(take('a'), ...row, take('c'))).toEqual({
      keys: ['a', 'b', 'c'],
      args: ['t1 1 1;e60000 10', 's3 1 3 1 2', 't1 1 1'],
    })
    expect(encoded(...row).args).toEqual(['s3 1 3 1 2;e60000 10'])
    expect(encoded(...row, adjust(5, TOKEN)).keys).toEqual(['b', 'a', 'a#tok'])
    // An operation that comes again elsewhere is announced.
    expect(encoded(...row, take('a'), take('b')).args).toEqual(['again', 's3 1 3 1 2;e60000 10', 't2 1 1'])
    const ofEpoch = [1, 2].map((cost) => take('b', [MINUTE, { ...MINUTE, unit: 'x' }], [cost, 1]))
    expect(encoded(...ofEpoch).args).toEqual(['s2 1 1,1 2,1;e60000 10;e60000_x 10'])
    // Several windows with one of first-hit go the script's unusual way.
    const several = Array.from({ length: 12 }, (_, i) => take('b', TWO, [i, 1]))
    expect(encoded(...several).args[0]).toMatch(/^s12 1 0,1 1,1 /)
    expect(encoded(...several.slice(1)).args.map((text) => text[0])).toEqual(['a', 'v'])
  })

  test('an identifier that comes again is announced', () => {
    expect(encoded(take('a'), take('b'), take('a')).args).toEqual(['again', 't3 1 1;e60000 10'])
    expect(encoded(adjust(), CLEAR).args[0]).toBe('again')
    const others = { ...take('a'), scope: 'other' }
    expect(encoded(take('a'), others, take('b')).args).toEqual(['t3 1 1;e60000 10'])
    expect(encoded(take('a'), others, take('a')).args[0]).toBe('again')
  })

  test('adjustments bring a token and its key behind that of the counters', () => {
    expect(encoded(take('b'), adjust(5, TOKEN), take('c'))).toEqual({
      keys: ['b', 'a', 'a#tok', 'c'],
      args: [
        't1 1 1;e60000 10',
        `a${MINUTE_END};e60000 ${MINUTE_END} 0 5;f3600000_tokens ${MINUTE_END + 1} 1 5`,
        't1 1 1',
      ],
    })
  })

  test('a clear names its windows', () => {
    expect(encoded(CLEAR)).toEqual({ keys: ['a'], args: ['c;e60000;f3600000_tokens'] })
  })

  test('the largest numbers are sent in digits', () => {
    const max = Number.MAX_SAFE_INTEGER
    const digits = '9007199254740991'
    expect(encoded(take('a', [{ limit: max, windowMs: max, anchor: 'epoch' }], [max], max)).args).toEqual([
      `t1 ${digits} ${digits};e${digits} ${digits}`,
    ])
  })
})

describe('replies', () => {
  test('to takes, each in its place; ends of epoch windows follow from the clock', () => {
    const replies = decode(
      [take('a', ONE, [1], 3), take('b', TWO), take('c'), take('d', [MONTH])],
      `${CLOCK} 5 0*10,77:2@${NOW + 1},${NOW + 2} 3:1@${NOW + 9} o`,
    )
    expect(replies).toEqual([
      { timesTaken: 3, now: NOW, windows: [{ used: 5, resetAt: MINUTE_END, generation: 0 }] },
      {
        timesTaken: 0,
        now: NOW,
        windows: [
          { used: 10, resetAt: NOW + 1, generation: 0 },
          { used: 77, resetAt: NOW + 2, generation: 2 },
        ],
      },
      { timesTaken: 1, now: NOW, windows: [{ used: 3, resetAt: NOW + 9, generation: 1 }] },
      { outside: true, now: NOW },
    ])
  })

  test('to adjustments and clears', () => {
    expect(decode([adjust(), adjust(1, TOKEN), CLEAR], `${CLOCK} x,-3:5 =2:7,x c`)).toEqual([
      { now: NOW, repeated: false, windows: ['ended', { applied: -3, used: 5 }] },
      { now: NOW, repeated: true, windows: [{ applied: 2, used: 7 }, 'ended'] },
      { now: NOW },
    ])
  })

  test('the largest numbers', () => {
    expect(decode([take('a')], `${CLOCK} 9007199254740991`)).toMatchObject([
      { windows: [{ used: Number.MAX_SAFE_INTEGER }] },
    ])
  })

  test.each(
    [
      'the counter holds no count',
      'the counter is of another type',
      'the counter has another layout version',
      'the counter would exceed 2^53-1',
      'the token has expired',
    ].map((message, i) => [message, i + 1] as const),
  )("'%s' fails its own operation alone, and proves that it changed nothing", (message, code) => {
    const [first, second, third] = decode([take('a'), adjust(), take('c')], `${CLOCK} 1 !${code} 2`)
    expect([first, third]).toMatchObject([{ timesTaken: 1 }, { timesTaken: 1 }])
    expect(second).toBeInstanceOf(StoreError)
    expect(second).toMatchObject({ message, outcome: 'not-executed' })
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['OK', 'OK'],
    ['a number', NOW],
    ['a list', [NOW, 1, 5]],
    ['a buffer', Buffer.from(`${CLOCK} 5`)],
    ['nothing', ''],
    ['the clock alone', CLOCK],
    ['a space behind the clock', `${CLOCK} `],
    ['no space', `${CLOCK}5`],
    ['two spaces', `${CLOCK}  5`],
    ['no letter', `${CLOCK.slice(1)} 5`],
    ['another letter', `s${CLOCK.slice(1)} 5`],
    ['a clock without microseconds', 'r1768480230 5'],
    ['a million microseconds', 'r1768480230:1000000 5'],
    ['a clock beyond 2^53-1', 'r9007199254740991:0 5'],
    ['a count too many', `${CLOCK} 5,6`],
    ['an operation too many', `${CLOCK} 5 6`],
    ['something behind it', `${CLOCK} 5x`],
    ['a line break behind it', `${CLOCK} 5\n`],
    ['no count', `${CLOCK} 0*`],
    ['as many times as asked for', `${CLOCK} 1*5`],
    ['more times', `${CLOCK} 2*5`],
    ['a float', `${CLOCK} 5.5`],
    ['an exponent', `${CLOCK} 1e0`],
    ['a hexadecimal number', `${CLOCK} 0x1`],
    ['a sign', `${CLOCK} -1`],
    ['a zero before it', `${CLOCK} 05`],
    ['beyond 2^53-1', `${CLOCK} 9007199254740992`],
    ['many digits', `${CLOCK} ${'9'.repeat(400)}`],
    ['an empty generation', `${CLOCK} 5:`],
    ['an empty end', `${CLOCK} 5@`],
    ['an end too many', `${CLOCK} 5@${MINUTE_END},${MINUTE_END}`],
    ['an end that is over', `${CLOCK} 5@${NOW}`],
    ['an unknown failure', `${CLOCK} !9`],
    ['failure 0', `${CLOCK} !0`],
    ['a failure without a number', `${CLOCK} !`],
    ['a clear', `${CLOCK} c`],
    ['a window that ended', `${CLOCK} x`],
    ['digits of another script', `${CLOCK} ٥`],
  ])('%s is no reply to a take', (_, raw) => malformed([take('a')], raw))

  test('a reply to fewer operations, or to more, is none', () => {
    malformed([take('a'), take('b')], `${CLOCK} 5`)
    malformed([take('a')], `${CLOCK} 5 5`)
    malformed([take('a', TWO)], `${CLOCK} 5@${MINUTE_END}`)
  })

  test('a first-hit or calendar window without its end is none', () => {
    malformed([take('a', [HOUR])], `${CLOCK} 5`)
    malformed([take('a', TWO)], `${CLOCK} 5,5`)
    malformed([take('a', TWO)], `${CLOCK} 5,5@${MINUTE_END}`)
    malformed([take('a', [MONTH])], `${CLOCK} 5`)
  })

  test.each(['', 'x', 'x,x,x', 'x,', '1,x', '-:1,x', '--1:5,x', '1:-5,x', '1:5:6,x', '=x,x', 'x,x ', 'c', 'o', '5,5'])(
    '%j is no reply to an adjustment',
    (text) => malformed([adjust()], `${CLOCK} ${text}`),
  )

  test.each(['', '5', 'c5', 'x', 'o', '=c'])('%j is no reply to a clear', (text) =>
    malformed([CLEAR], `${CLOCK} ${text}`),
  )

  function malformed(operations: readonly Operation[], raw: unknown): void {
    let caught: unknown
    try {
      decode(operations, raw)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(StoreError)
    expect(caught).toMatchObject({ message: 'the script sent a malformed reply', outcome: 'unknown' })
  }
})
