import { expect, test } from 'vitest'
import { wireBytes } from '../src/simulation/wire.ts'
import { probeWire } from '../src/simulation/wire-probe.ts'

const SETTINGS = { idBytes: 12, windows: 2, usedDigits: 1 }

test('a real server counts the bytes that were computed', async () => {
  for (const row of await probeWire([1, 16, 64, 256], SETTINGS)) {
    expect(row.countedSent, `${row.takes} takes`).toBe(row.computedSent)
    expect(row.countedReceived, `${row.takes} takes`).toBe(row.computedReceived)
  }
})

test('one take, by hand', () => {
  const { sent, received } = wireBytes(1, { idBytes: 3, windows: 1, usedDigits: 2 })
  const parts = ['EVALSHA', 'x'.repeat(40), '1', 'rl:1:{api:uu0}', 'e86400000 1000000 26 1']
  expect(sent).toBe(`*5\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`.length)
  expect(received).toBe('$21\r\nr1790000000:123456 10\r\n'.length)
})

test('a hash tag is a few bytes more for each key', () => {
  const plain = wireBytes(64, SETTINGS)
  const tagged = wireBytes(64, { ...SETTINGS, hashTags: 16 })
  expect(tagged.sent).toBeGreaterThan(plain.sent)
  expect(tagged.received).toBe(plain.received)
})
