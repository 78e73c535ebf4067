import { describe, expect, test } from 'vitest'
import { shortenLua } from '../build/script.mjs'

describe('shortenLua', () => {
  test.each([
    [
      'leaves out comments, spaces and indentation',
      "-- why\nif x  ==  'a  b' then\n  f( 1 , 2 ) -- how\nend",
      "if x=='a  b'then\nf(1,2)end",
    ],
    ['keeps apart what would become a comment', 'local a = 1 - -2 return a', 'local a=1- -2 return a'],
    ['keeps apart what would become a long string', 'return x[ [[y]] ]', 'return x[ [[y]]]'],
    ['keeps apart what would become a bad number', 'return 1 .. x', 'return 1 ..x'],
    [
      'gives locals short names, the shortest to those used most',
      'local rare, often = 1, 2 return often + often',
      'local b,a=1,2 return a+a',
    ],
    [
      'leaves globals and their fields',
      'local key = KEYS[1] return redis.call(key)',
      'local a=KEYS[1]return redis.call(a)',
    ],
    [
      'shortens only the fields of its tables',
      'local value = {text = 1} return value.text, value.err',
      'local a={a=1}return a.a,a.err',
    ],
    ['keeps the names that are asked for', 'local FLAG, other = true, 1 return other', 'local FLAG,a=true,1 return a'],
  ])('%s', (_, source, expected) => {
    expect(shortenLua(source, ['FLAG'])).toBe(`${expected}\n`)
  })

  test('never gives a keyword as a name', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `name${i}`)
    const short = shortenLua(`local ${names} = 1`, []).split(/\W/)
    expect(short).toContain('im')
    expect(short.filter((name) => ['do', 'if', 'in', 'or'].includes(name))).toEqual([])
  })

  test.each([
    ['a local that hides a global', 'local value = x local x = 1', 'a local and a global: x'],
    ["a table's field of the same name as a global's", 'local own = {match = 1} return string.match', 'match'],
  ])('refuses %s', (_, source, message) => {
    expect(() => shortenLua(source, [])).toThrow(message)
  })
})
