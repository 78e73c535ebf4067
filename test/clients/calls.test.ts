import type { Operation, Take } from '@rl/core'
import { REDIS_SCRIPT, UPSTASH_SCRIPT } from '@rl/redis-script'
import { describe, expect, test, vi } from 'vitest'
import { FAKES, type Sent } from './adapters.ts'

const TAKE: Take = {
  kind: 'take',
  scope: 'api',
  id: 'user_123',
  windows: [
    { limit: 10, windowMs: 60_000, anchor: 'epoch' },
    { limit: 100, windowMs: 3_600_000, anchor: 'first-hit' },
  ],
  costs: [2, 2],
  times: 3,
}
const OTHER: Take = { ...TAKE, id: 'user_456' }
const window = { windowMs: 60_000, anchor: 'epoch' } as const
const CHANGES: readonly Operation[] = [
  {
    kind: 'adjust',
    scope: 'api',
    id: 'user_123',
    windows: [{ ...window, resetAt: 60_000, generation: 0, change: -1 }],
  },
  { kind: 'clear', scope: 'api', id: 'user_123', windows: [window] },
]
const noScript = new Error('NOSCRIPT No matching script. Please use EVAL.')
/** Replies of the script are read elsewhere. */
const failing = async (): Promise<never> => {
  throw new Error('Connection is closed.')
}

describe.each(FAKES)('$name', ({ library, cluster, open }) => {
  const { sha, text } = library === 'upstash' ? UPSTASH_SCRIPT : REDIS_SCRIPT
  /** The tag of a Cluster is one of 48. */
  const keyOf = (id: string, prefix = 'rl:'): RegExp =>
    new RegExp(cluster ? `^${prefix}1:\\{\\w+\\}api:${id}$` : `^${prefix}1:\\{api:${id}\\}$`)

  test('a take is one EVALSHA with the key of its identifier', async () => {
    const send = vi.fn(failing as (sent: Sent) => Promise<unknown>)
    await open(send)
      .apply([TAKE])
      .catch(() => {})
    const [[sent] = []] = send.mock.calls
    expect(send).toHaveBeenCalledOnce()
    expect(sent).toMatchObject({ method: 'evalsha', script: sha, keys: [expect.stringMatching(keyOf('user_123'))] })
    for (const arg of sent?.args ?? []) expect(arg).toBeTypeOf('string')
  })

  test('only upon NOSCRIPT, EVAL follows with the text and the same keys and arguments', async () => {
    const send = vi.fn(async ({ method }: Sent): Promise<unknown> => {
      throw method === 'evalsha' ? noScript : new Error('Connection is closed.')
    })
    await expect(open(send).apply([TAKE])).rejects.toMatchObject({ outcome: 'unknown' })
    const [[first] = [], [second] = [], ...others] = send.mock.calls
    expect(others).toEqual([])
    expect(second).toEqual({ ...first, method: 'eval', script: text })

    const refused = vi.fn(failing as (sent: Sent) => Promise<unknown>)
    await expect(open(refused).apply([TAKE])).rejects.toMatchObject({ outcome: 'unknown' })
    expect(refused).toHaveBeenCalledOnce()
  })

  test('adjustments and clears are EVALSHA too, under the prefix of the store', async () => {
    for (const change of CHANGES) {
      const send = vi.fn(failing as (sent: Sent) => Promise<unknown>)
      await open(send, { prefix: 'shop:' })
        .apply([change])
        .catch(() => {})
      const [[sent] = []] = send.mock.calls
      expect(send).toHaveBeenCalledOnce()
      expect(sent).toMatchObject({ method: 'evalsha', script: sha })
      expect(sent?.keys[0]).toMatch(keyOf('user_123', 'shop:'))
    }
  })

  test(`a list of two identifiers is ${cluster ? 'a command for each hash tag' : 'one command'}`, async () => {
    const send = vi.fn(failing as (sent: Sent) => Promise<unknown>)
    await open(send)
      .apply([TAKE, OTHER])
      .catch(() => {})
    expect(send.mock.calls.map(([{ keys }]) => keys.length)).toEqual(cluster ? [1, 1] : [2])
  })
})
