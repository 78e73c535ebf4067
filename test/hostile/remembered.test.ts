import { createHash } from 'node:crypto'
import { FixedWindowRateLimiter, OptionError } from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { MemoryStore } from '@rl/memory'
import { expect, test } from 'vitest'

const LONG = 'victim'.repeat(50)
const HASH = createHash('sha256').update(LONG).digest('hex')

test.each([
  ['the hash of a long one', LONG, [`#${HASH}`, HASH, `api:#${HASH}`, `${LONG}x`]],
  ['what looks like one', `#${HASH}`, [LONG, HASH, `##${HASH}`]],
  ['one with a replacement character', `${LONG}\ufffd`, [LONG, `${LONG}\ufffd\ufffd`]],
])('a deny cache and a lease tell identifiers apart: %s', async (_, id, others) => {
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: new MemoryStore(),
    limit: 1,
    window: '365d',
    fastPaths: [lease(), denyCache()],
  })
  expect(await limiter.limit(id)).toMatchObject({ allowed: true, source: 'store' })
  expect(await limiter.limit(id)).toMatchObject({ allowed: false, source: 'deny-cache' })
  for (const other of others) expect(await limiter.limit(other)).toMatchObject({ allowed: true, source: 'store' })
})

test('an ill-formed identifier gets no answer that was remembered for its well-formed twin', async () => {
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: new MemoryStore(),
    limit: 1,
    window: '365d',
    fastPaths: [denyCache()],
  })
  for (let call = 0; call < 2; call++) await limiter.limit(`${LONG}\ufffd`)
  await expect(limiter.limit(`${LONG}\ud800`)).rejects.toBeInstanceOf(OptionError)
})
