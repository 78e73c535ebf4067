/** Bits of the fractional parts of `root` of the first primes. FIPS 180-4, 4.2.2 and 5.3.3. */
function primeBits(count: number, root: (prime: number) => number): Int32Array {
  const bits = new Int32Array(count)
  for (let n = 2, found = 0; found < count; n++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) isPrime = false
    if (isPrime) bits[found++] = (root(n) % 1) * 2 ** 32
  }
  return bits
}

const ROUND: Int32Array = primeBits(64, Math.cbrt)
const START: Int32Array = primeBits(8, Math.sqrt)

/**
 * SHA-256 (FIPS 180-4) in hexadecimal. Our own, as Web Crypto's is asynchronous: identifiers are hashed before a call is queued.
 *
 * @param message Shorter than 2^29 bytes.
 */
export function sha256(message: Uint8Array): string {
  const { length } = message
  const padded = new Uint8Array((length + 72) & ~63)
  padded.set(message)
  padded[length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, length * 8)
  const state = START.slice()
  const words = new Int32Array(64)
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 64; i++) {
      words[i] = i < 16 ? view.getInt32(block + 4 * i) : nextWord(words, i)
    }
    addBlock(state, words)
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function nextWord(words: Int32Array, i: number): number {
  const [w16, w15, w7, w2] = [words[i - 16], words[i - 15], words[i - 7], words[i - 2]] as [
    number,
    number,
    number,
    number,
  ]
  const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)
  const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)
  return w16 + s0 + w7 + s1
}

function addBlock(state: Int32Array, words: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + (words[i] as number)
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c))
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] = (state[i] as number) + value
  })
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}
