import { describe, expect, test } from 'vitest'
import { readDocuments } from './docs/documents.ts'
import { CLIENTS } from './errors/clients.ts'
import { HTTP } from './errors/http.ts'
import { HTTP_OPTIONS } from './errors/http-options.ts'
import { CALLING, MAKING } from './errors/limiter.ts'
import { OPTIONS } from './errors/options.ts'
import { fits, textOf } from './errors/produce.ts'
import { isShown, sourceTexts } from './errors/source-texts.ts'
import { STORE } from './errors/store.ts'
import { TYPESCRIPT } from './errors/typescript.ts'

const PAGE = 'docs/errors.md'

const SECTIONS = {
  'Making a limiter': MAKING,
  'Other options': OPTIONS,
  'Calling it': CALLING,
  'The store': STORE,
  'The clients': CLIENTS,
  HTTP,
  'Other options over HTTP': HTTP_OPTIONS,
  TypeScript: TYPESCRIPT,
}

describe.each(Object.entries(SECTIONS))('%s', (section, texts) => {
  test('every text that the page shows is produced, and no other', () => {
    expect(Object.keys(texts).toSorted()).toEqual(shownUnder(section).toSorted())
  })

  test.each(Object.entries(texts))('%s', async (shown, produce) => {
    const text = await textOf(produce)
    expect(fits(text, shown), text).toBe(true)
  })
})

test('every text of an error in the sources is on the page', () => {
  const shown = Object.values(SECTIONS).flatMap(Object.keys)
  const missing = sourceTexts().filter(({ text }) => !isShown(text, shown))
  // Add it to docs/errors.md, and what produces its text to test/errors.
  expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
})

/** The texts of a section: each line of its blocks. */
function shownUnder(section: string): readonly string[] {
  const text = readDocuments().find(({ path }) => path === PAGE)?.text ?? ''
  const [, rest = ''] = text.split(`## ${section}\n`)
  const [own = ''] = rest.split('\n## ')
  return Array.from(own.matchAll(/^```text\n(.*?)\n```$/gms), ([, lines = '']) => lines.split('\n')).flat()
}
