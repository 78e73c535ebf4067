import { expect, test } from 'vitest'
import { fillIn, table } from '../src/document.ts'

test('marked parts are replaced, and the rest is left alone', () => {
  const before = 'a\n<!-- generated: x -->\nold\n<!-- end -->\nb\n'
  const after = fillIn(before, { x: 'new $1' })
  expect(after).toBe('a\n<!-- generated: x -->\n\nnew $1\n\n<!-- end -->\nb\n')
  expect(fillIn(after, { x: 'new $1' })).toBe(after)
  expect(() => fillIn(before, {})).toThrow('"x"')
  expect(() => fillIn(before, { x: '', y: '' })).toThrow('no place for y')
})

test('a table, also with a | in a cell', () => {
  expect(table(['a', 'b'], [['c', 'd']])).toBe('| a | b |\n| --- | ---: |\n| c | d |')
  expect(table(['a'], [['b|c']])).toBe('| a |\n| --- |\n| b\\|c |')
})
