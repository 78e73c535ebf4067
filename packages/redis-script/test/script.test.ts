import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { REDIS_SCRIPT, UPSTASH_SCRIPT } from '../src/index.ts'

describe.each([
  ['REDIS_SCRIPT', REDIS_SCRIPT],
  ['UPSTASH_SCRIPT', UPSTASH_SCRIPT],
])('%s', (_, { text, sha }) => {
  test('the SHA in the code is the SHA-1 of the text', () => {
    expect(sha).toBe(createHash('sha1').update(text).digest('hex'))
  })

  test('the text is plain ASCII, so that no client can encode it in another way', () => {
    expect(text).toMatch(/^[\n\x20-\x7e]+$/)
  })
})

test('the text for Upstash lets it lock no more than its keys, and writes with SET alone', () => {
  const setrange = "call('SETRANGE', name, at, format('%d', total))"
  const body = REDIS_SCRIPT.text.replaceAll(setrange, 'write(name, total, resetAt)')
  expect(body).not.toBe(REDIS_SCRIPT.text)
  expect(UPSTASH_SCRIPT.text).toBe(`#!lua flags=allow-key-locking\n${body}`)
  expect(UPSTASH_SCRIPT.text).not.toContain('SETRANGE')
})

test('the clock is read once', () => {
  expect(REDIS_SCRIPT.text.match(/'TIME'/g)).toHaveLength(1)
})
