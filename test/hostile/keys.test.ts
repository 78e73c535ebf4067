import { createHash } from 'node:crypto'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { tenthUnlessThorough } from '@rl/test-servers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distinctIdentifiers, lookalikes, randomIdentifier } from './identifiers.ts'
import { randomFrom } from './random.ts'
import { recordKeys } from './script-recorder.ts'

const ENOUGH = tenthUnlessThorough(1_000_000)
const WINDOWS = ['1m', '6s', '600s'].map((window) => ({ limit: 1, window, anchor: 'first-hit' as const }))
const PLAIN_KEY = /^rl:1:\{([^{}:]+):([^{}]+)\}$/
const TAGGED_KEY = /^rl:1:\{([0-9a-z]+)\}([^{}:]+):([^{}]+)$/

/** The keys of one call for each identifier, as a limiter of this name sends them to Redis. */
async function keysOf(name: string, ids: readonly string[], hashTags?: number): Promise<string[]> {
  const sent: string[] = []
  const client = recordKeys((keys) => {
    for (const key of keys) sent.push(key)
  })
  const ioredis = {
    isCluster: false,
    evalsha: (sha: string, count: number, list: string[]) => client.evalsha(sha, list.slice(0, count), []),
    eval: (text: string, count: number, list: string[]) => client.eval(text, list.slice(0, count), []),
  }
  const store = new IoredisStore(ioredis, { hashTags })
  const settings = { windows: WINDOWS, deadlineMs: 60_000, breaker: false, onStoreError: 'allow' } as const
  const limiter = new FixedWindowRateLimiter({ name, store, ...settings })
  await Promise.all(ids.map((id) => limiter.limit(id)))
  expect(sent).toHaveLength(ids.length)
  return sent
}

/** Fails unless an encoded text gives the identifier back, or is the hash of one that is too long to be told. */
function checkEncoding(encoded: string, id: string): void {
  if (!encoded.startsWith('#')) {
    if (decodeURIComponent(encoded) !== id) throw new Error(`${JSON.stringify(id)} became ${encoded}`)
    return
  }
  const hash = createHash('sha256').update(id).digest('hex')
  if (encoded !== `#${hash}` || Buffer.byteLength(id) <= 128) throw new Error(`${JSON.stringify(id)} became ${encoded}`)
}

/** Replays what a failure of fast-check tells, as an identifier's batch depends on the number drawn alone. */
const SEED = fc.noBias(fc.integer({ min: 0 }))

test(`of ${ENOUGH} random and adversarial names and identifiers, no two share a key`, {
  timeout: 120_000,
}, async () => {
  const owners = new Set<string>()
  const keys = new Set<string>()
  const property = fc.asyncProperty(SEED, async (seed) => {
    const random = randomFrom(seed)
    const name = randomIdentifier(random).slice(0, 40).toWellFormed()
    const ids = distinctIdentifiers(random(), 9000).filter((id) => !owners.has(`${name}\n${id}`))
    const found = await keysOf(name, ids)
    found.forEach((key, i) => {
      const id = ids[i] as string
      owners.add(`${name}\n${id}`)
      const [, itsName = '', itsId = ''] = PLAIN_KEY.exec(key) ?? []
      if (decodeURIComponent(itsName) !== name) throw new Error(`${JSON.stringify([name, id])} became ${key}`)
      checkEncoding(itsId, id)
      if (keys.has(key)) throw new Error(`${JSON.stringify([name, id])} got another identifier's key: ${key}`)
      keys.add(key)
    })
  })
  await fc.assert(property, { numRuns: tenthUnlessThorough(115), endOnFailure: true })
  expect(keys.size).toBeGreaterThan(ENOUGH)
})

test('random identifiers and all their encodings have different keys', async () => {
  const property = fc.asyncProperty(SEED, async (seed) => {
    const random = randomFrom(seed)
    const ids = [
      ...new Set(Array.from({ length: 1500 }, () => randomIdentifier(random)).flatMap((id) => [id, ...lookalikes(id)])),
    ]
    const keys = await keysOf('api', ids)
    expect(new Set(keys).size).toBe(ids.length)
  })
  await fc.assert(property, { numRuns: 4, endOnFailure: true })
})

test('no identifier chooses a slot tag: Redis hashes the whole encoded identifier, or a tag of the store', async () => {
  const property = fc.asyncProperty(SEED, fc.constantFrom(1, 3, 100), async (seed, hashTags) => {
    const ids = distinctIdentifiers(seed, 3000)
    const [plain, tagged, others] = await Promise.all([
      keysOf('api', ids),
      keysOf('api', ids, hashTags),
      keysOf('x', ids),
    ])
    const tags = new Set<string>()
    ids.forEach((id, i) => {
      const own = tagOf(plain[i] ?? '')
      expect(own.startsWith('api:')).toBe(true)
      checkEncoding(own.slice('api:'.length), id)
      const [key = '', tag = '', itsName = '', itsId = ''] = TAGGED_KEY.exec(tagged[i] ?? '') ?? []
      expect([tag, itsName]).toEqual([tagOf(key), 'api'])
      checkEncoding(itsId, id)
      tags.add(tag)
    })
    expect(tags.size).toBeLessThanOrEqual(hashTags)
    const all = [plain, tagged, others].flat()
    expect(new Set(all).size).toBe(all.length)
  })
  await fc.assert(property, { numRuns: 6, endOnFailure: true })
})

/** The part of a key that Redis Cluster hashes, by the Cluster specification: between the first `{` and the next `}`. */
function tagOf(key: string): string {
  const open = key.indexOf('{')
  const close = key.indexOf('}', open + 1)
  return open < 0 || close <= open + 1 ? key : key.slice(open + 1, close)
}
