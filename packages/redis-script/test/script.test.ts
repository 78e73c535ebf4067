import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { generate } from '../build/script.mjs'
import { REDIS_SCRIPT, UPSTASH_SCRIPT } from '../src/index.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test("the generated text is of today's script.lua (run `node build/script.mjs`)", () => {
  expect(read('../src/script/text.generated.ts')).toBe(generate())
})

describe.each([
  ['REDIS_SCRIPT', REDIS_SCRIPT],
  ['UPSTASH_SCRIPT', UPSTASH_SCRIPT],
])('%s', (_, { text, sha }) => {
  test('has the SHA-1 of its text', () => {
    expect(sha).toBe(createHash('sha1').update(text).digest('hex'))
  })

  test('is plain ASCII, so that no client can encode it in another way', () => {
    expect(text).toMatch(/^[\n\x20-\x7e]+$/)
  })

  test('has no comments and no indentation', () => {
    expect(text).not.toMatch(/--|^\s/m)
  })

  test('reads the clock once', () => {
    expect(text.match(/'TIME'/g)).toHaveLength(1)
  })
})

test('the text for Upstash lets it lock no more than its keys', () => {
  const body = REDIS_SCRIPT.text.replace('local IN_PLACE=true', 'local IN_PLACE=false')
  expect(body).not.toBe(REDIS_SCRIPT.text)
  expect(UPSTASH_SCRIPT.text).toBe(`#!lua flags=allow-key-locking\n${body}`)
})
