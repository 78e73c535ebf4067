import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counterKey } from '../../src/identity/index.ts'

function keyOf(scope: string, id: string): string {
  return counterKey({ scope, id })
}

/** Printable ASCII without spaces or braces. */
const CLEAN = /^[!-z|~]+$/

const wellFormed = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
/** Built from the pieces that encodings trip over, so that near-collisions come up often. */
const tricky = fc
  .array(
    fc.constantFrom(':', '%', '%3A', '3A', '#', '{', '}', '/', ' ', '\0', 'a', 'é', 'e\u0301', '😀', 'x'.repeat(64)),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((pieces) => pieces.join(''))
const text = fc.oneof(wellFormed, tricky)
const scope = text.filter((value) => new TextEncoder().encode(value).length <= 128)

test('two pairs of scope and identifier share a key only if they are the same pair', () => {
  fc.assert(
    fc.property(scope, text, scope, text, (scope1, id1, scope2, id2) => {
      expect(keyOf(scope1, id1) === keyOf(scope2, id2)).toBe(scope1 === scope2 && id1 === id2)
    }),
    { numRuns: 5000 },
  )
})

test('moving the border between scope and identifier makes another key', () => {
  fc.assert(
    fc.property(
      text.filter((all) => [...all].length > 2),
      fc.nat(),
      fc.nat(),
      (all, a, b) => {
        const points = [...all]
        const [i, j] = [1 + (a % (points.length - 1)), 1 + (b % (points.length - 1))]
        fc.pre(i !== j)
        const [first, second] = [i, j].map((at) => [points.slice(0, at).join(''), points.slice(at).join('')] as const)
        fc.pre(first !== undefined && second !== undefined)
        fc.pre([first?.[0], second?.[0]].every((each) => new TextEncoder().encode(each).length <= 128))
        expect(keyOf(...(first ?? ['', '']))).not.toBe(keyOf(...(second ?? ['', ''])))
      },
    ),
    { numRuns: 2000 },
  )
})

test('a key is printable ASCII without spaces or braces, and never long', () => {
  fc.assert(
    fc.property(scope, fc.oneof(text, fc.string({ unit: 'binary', minLength: 40, maxLength: 400 })), (aScope, id) => {
      const key = keyOf(aScope, id)
      expect(key).toMatch(CLEAN)
      expect(key.length).toBeLessThanOrEqual(2 * 3 * 128 + 1)
    }),
    { numRuns: 2000 },
  )
})

test('every single character of the basic plane makes its own clean key', () => {
  const keys = new Set<string>()
  let count = 0
  for (let code = 0; code < 0x10000; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const key = keyOf('api', String.fromCharCode(code))
    if (!CLEAN.test(key)) throw new Error(`U+${code.toString(16)} makes ${JSON.stringify(key)}`)
    keys.add(key)
    count++
  }
  expect(keys.size).toBe(count)
})

test('an adversarial list has no two equal keys', () => {
  const long = 'x'.repeat(129)
  const sha = createHash('sha256').update(long).digest('hex')
  const texts = [
    'a',
    'b',
    ':',
    '::',
    'a:',
    ':a',
    'a:b',
    'a%3Ab',
    'a%253Ab',
    'a%3ab',
    '%',
    '%25',
    '%2525',
    '%3A',
    '#',
    '%23',
  ]
  texts.push(
    '__proto__',
    'constructor',
    '}x{',
    '{x}',
    '{}',
    '{',
    '}',
    '\0',
    ' ',
    '+',
    '%20',
    '\t',
    '\r\n',
    '*',
    '?',
    '[a]',
  )
  texts.push(
    'é',
    'e\u0301',
    'É',
    'A',
    '😀',
    '\ufffd',
    '\ufeff',
    '\ufeffa',
    'ａ',
    'а',
    '@',
    'a@b',
    'a%40b',
    '~',
    '!',
    "'",
    '()',
  )
  texts.push(`#${sha}`, `%23${sha}`, sha, 'x'.repeat(128), ':'.repeat(128))
  const ids = [...texts, long, `${long}x`, 'é'.repeat(65), 'e\u0301'.repeat(65), ':'.repeat(129)]
  const keys = texts.flatMap((aScope) => ids.map((id) => keyOf(aScope, id)))
  expect(new Set(keys).size).toBe(texts.length * ids.length)
})

describe('long identifiers', () => {
  test.each([
    ['ASCII', 'x', 128],
    ['colons', ':', 128],
    ['two bytes each', 'é', 64],
    ['four bytes each', '😀', 32],
  ])('up to 128 bytes stay readable, above they are hashed: %s', (_, character, count) => {
    const short = character.repeat(count)
    expect(decodeURIComponent(keyOf('api', short))).toBe(`api:${short}`)
    const long = `${short}x`
    expect(keyOf('api', long)).toBe(`api:#${createHash('sha256').update(long).digest('hex')}`)
  })

  test('the hash is SHA-256 of the UTF-8 bytes: a known vector of FIPS 180-2, one million times "a"', () => {
    const digest = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'
    expect(keyOf('api', 'a'.repeat(1_000_000))).toBe(`api:#${digest}`)
  })

  test('no identifier can forge the key of a hashed one', () => {
    const hashed = keyOf('api', 'victim'.repeat(30))
    const after = hashed.slice('api:'.length)
    expect(after).toMatch(/^#[0-9a-f]{64}$/)
    for (const id of [after, after.slice(1), `%23${after.slice(1)}`, encodeURIComponent(after), hashed]) {
      expect(keyOf('api', id)).not.toBe(hashed)
    }
    fc.assert(
      fc.property(text, (id) => {
        expect(keyOf('api', id).includes('#')).toBe(new TextEncoder().encode(id).length > 128)
      }),
    )
  })
})

test('usual scopes and identifiers stay as they are', () => {
  expect(keyOf('api', 'user_123')).toBe('api:user_123')
  expect(keyOf('api.v2', 'user@example.org')).toBe('api.v2:user@example.org')
  expect(keyOf('api', '2001:db8::1')).toBe('api:2001:db8::1')
  expect(keyOf('a:b', 'c')).toBe('a%3Ab:c')
})

test('scopes by turns do not mix', () => {
  const scopes = ['a', 'b', 'a:', 'a', 'é', 'a', '']
  expect(scopes.map((scope) => keyOf(scope, 'x'))).toEqual(['a:x', 'b:x', 'a%3A:x', 'a:x', '%C3%A9:x', 'a:x', ':x'])
})
