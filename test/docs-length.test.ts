import { expect, test } from 'vitest'
import { readDocuments } from './docs/documents.ts'
import { wordCount } from './docs/word-count.ts'

/** Over a budget? Each fact lives on one page, and other pages link to it: find what is said twice. */
const BUDGETS: readonly { readonly pages: string; readonly paths: RegExp; readonly words: number }[] = [
  { pages: 'README.md', paths: /^README\.md$/, words: 750 },
  {
    pages: "README.md, docs and the packages' READMEs together",
    paths: /^(README\.md|docs\/(?!evidence\/).*|packages\/.*)$/,
    words: 17_300,
  },
  { pages: 'docs/evidence', paths: /^docs\/evidence\//, words: 12_000 },
]

const documents = readDocuments()

test.each(BUDGETS)('$pages: at most $words words outside of code', ({ paths, words }) => {
  const counts = documents.filter(({ path }) => paths.test(path)).map(wordCount)
  expect(counts).not.toEqual([])
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(words)
})
