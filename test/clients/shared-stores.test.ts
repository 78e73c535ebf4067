import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'
import { expect, test, vi } from 'vitest'

/** Replies of the script are read elsewhere: every command fails. */
const failing = () =>
  vi.fn(async (): Promise<unknown> => {
    throw new Error('Connection is closed.')
  })

/** How many commands 16 limiters send for one call each at the same time. */
async function commandsOf(
  openStore: (i: number) => IoredisStore | NodeRedisStore | UpstashStore,
  send: ReturnType<typeof failing>,
) {
  const limiters = Array.from({ length: 16 }, (_, i) => {
    return new FixedWindowRateLimiter({
      name: `limiter_${i}`,
      store: openStore(i),
      limit: 10,
      window: '1m',
      onStoreError: 'allow',
    })
  })
  send.mockClear()
  await Promise.all(limiters.map((limiter) => limiter.limit('user_123')))
  return send.mock.calls.length
}

test.each([
  [
    'ioredis',
    (send: ReturnType<typeof failing>) => {
      const client = { isCluster: false, evalsha: send, eval: send }
      return (prefix: string) => new IoredisStore(client, { prefix })
    },
  ],
  [
    'node-redis',
    (send: ReturnType<typeof failing>) => {
      const client = { evalSha: send, eval: send }
      return (prefix: string) => new NodeRedisStore(client, { prefix })
    },
  ],
  [
    'Upstash',
    (send: ReturnType<typeof failing>) => {
      const client = { evalsha: send, eval: send }
      return (prefix: string) => new UpstashStore(client, { prefix })
    },
  ],
] as const)(
  'limiters over one client of %s share commands, in whatever module each made its store',
  async (_, over) => {
    const send = failing()
    const open = over(send)
    expect(await commandsOf(() => open('rl:'), send)).toBe(1)
    const apart = failing()
    const openApart = over(apart)
    expect(await commandsOf((i) => openApart(`${i}:`), apart)).toBe(16)
  },
)
