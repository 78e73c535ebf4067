import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '../../src/identity/sha256.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

// FIPS 180-2, appendix B, and NIST's test vectors (CAVP, SHA256ShortMsg).
test.each<[what: string, message: Uint8Array, digest: string]>([
  ['no bytes', bytes(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', bytes('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'two blocks',
    bytes('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a million a', bytes('a'.repeat(1_000_000)), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ['one byte', Uint8Array.of(0xd3), '28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1'],
  [
    'four bytes',
    Uint8Array.of(0x74, 0xba, 0x25, 0x21),
    'b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e',
  ],
])('%s', (_, message, digest) => {
  expect(sha256(message)).toBe(digest)
})

test('100,000 random messages, as node:crypto hashes them', () => {
  const pool = randomBytes(1 << 20)
  for (let i = 0; i < 100_000; i++) {
    // Every length around the borders of a block, and now and then a long one.
    const length = i % 1000 === 0 ? 4000 + (i % 777) : i % 200
    const at = (i * 7919) % (pool.length - 5000)
    const message = pool.subarray(at, at + length)
    const expected = createHash('sha256').update(message).digest('hex')
    if (sha256(message) !== expected) throw new Error(`differs for ${message.toString('hex')}`)
  }
})

test('leaves the message as it is, and knows nothing of the one before', () => {
  const message = bytes('x'.repeat(300))
  const first = sha256(message)
  expect(message).toEqual(bytes('x'.repeat(300)))
  sha256(bytes('another'))
  expect(sha256(message)).toBe(first)
})
