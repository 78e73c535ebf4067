import { expect, test } from 'vitest'
import { AVOID } from './words/avoid.ts'
import { sentences } from './words/texts.ts'

const all = sentences()

test('there is something to read', () => {
  expect(all.length).toBeGreaterThan(5000)
})

test.each(AVOID)('no page, comment, message or test says $words ($plainer)', ({ words }) => {
  const found = all.filter(({ text }) => words.test(text))
  expect(found.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
})
