import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { generate } from '../../build/page.mjs'
import { PAGE_CSS, PAGE_HTML, PAGE_JS } from '../../src/page/page.generated.ts'

test("the page's texts are of today's sources (run `node build/page.mjs`)", () => {
  const generated = readFileSync(new URL('../../src/page/page.generated.ts', import.meta.url), 'utf8')
  expect(generated === generate()).toBe(true)
})

test('all that a browser loads is under 60 kB compressed', () => {
  const sizes = [PAGE_HTML, PAGE_CSS, PAGE_JS].map((text) => gzipSync(text).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000)
})

test('no text holds an address, nor an inline style or script, which the policy refuses', () => {
  expect(PAGE_HTML).not.toMatch(/style=|<style|<script(?! type="module" src="page.js">)|\son\w+=|\/\//)
  expect(PAGE_CSS).not.toMatch(/url\(|@import/)
})
