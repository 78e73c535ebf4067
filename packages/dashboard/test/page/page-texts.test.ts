import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { generate, licenses } from '../../build/page.mjs'
import { PAGE_CSS, PAGE_HTML, PAGE_JS } from '../../src/page/page.generated.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test.each([
  ['src/page/page.generated.ts', generate],
  ['THIRD-PARTY-LICENSES.txt', licenses],
])("%s is of today's sources (run `node build/page.mjs`)", (path, textOf) => {
  expect(read(path) === textOf()).toBe(true)
})

test('all that a browser loads is under 60 kB compressed', () => {
  const sizes = [PAGE_HTML, PAGE_CSS, PAGE_JS].map((text) => gzipSync(text).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000)
  // Of the file, as the tests' loader takes source maps out of what it imports.
  expect(gzipSync(read('src/page/page.generated.ts')).length).toBeLessThan(60_000)
})

test('no text holds an address, nor an inline style or script, which the policy refuses', () => {
  expect(PAGE_HTML).not.toMatch(/style=|<style|<script(?! type="module" src="page.js">)|\son\w+=|\/\//)
  expect(PAGE_CSS).not.toMatch(/url\(|@import/)
})
