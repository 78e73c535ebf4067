import type { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { beforeEach, describe, expect, test } from 'vitest'
import { createApp, type Usage } from '../src/app.ts'
import type { Chat } from '../src/chat.ts'
import { createLimiter } from '../src/limiter.ts'

const DAY_TOKENS = 2_000_000

let limiter: FixedWindowRateLimiter
let usages: Usage[]

beforeEach(() => {
  limiter = createLimiter(new MemoryStore())
  usages = []
})

/** Says as many words as the prompt names, and fails where it says so. */
async function* model({ prompt }: Chat): AsyncGenerator<string> {
  for (let i = 0; i < Number.parseInt(prompt, 10); i++) {
    if (prompt.endsWith(`fail at ${i}`)) throw new Error('the model failed')
    yield 'word '
  }
}

function chat(body: unknown, key = 'key'): Response | Promise<Response> {
  const tenants = new Map([['key', 'acme']])
  const app = createApp({ limiter, model, tenants, onUsage: (usage) => void usages.push(usage) })
  return app.request('/v1/chat', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })
}

const usedOf = async (): Promise<number[]> => {
  const { windows } = await limiter.peek('acme')
  return windows.map(({ limit, remaining }) => limit - remaining)
}

describe('a completion', () => {
  test('costs what it came to, not what was reserved', async () => {
    const response = await chat({ prompt: '12', maxTokens: 100 })
    expect(await usedOf()).toEqual([1, 101, 101])
    expect(await response.text()).toBe('word '.repeat(12))
    expect(await usedOf()).toEqual([1, 13, 13])
    expect(usages).toEqual([{ tenant: 'acme', reserved: 101, used: 13, isSettled: true }])
  })

  test('that its client leaves costs what was sent', async () => {
    const { body } = await chat({ prompt: '1000', maxTokens: 1000 })
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await reader.cancel()
    const [usage] = usages
    expect(usage?.used).toBeLessThan(10)
    expect(await usedOf()).toEqual([1, usage?.used, usage?.used])
  })

  test('that its client leaves at its end is told once', async () => {
    const { body } = await chat({ prompt: '1', maxTokens: 10 })
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    // The end is being settled, and the client leaves before it is told.
    const end = reader.read()
    await reader.cancel()
    await end
    expect(usages).toHaveLength(1)
    expect(await usedOf()).toEqual([1, 2, 2])
  })

  test('that the model fails costs what was sent', async () => {
    const response = await chat({ prompt: '10, but fail at 3', maxTokens: 100 })
    await expect(response.text()).rejects.toThrow('the model failed')
    expect(await usedOf()).toEqual([1, 8, 8])
  })

  test('tells in its fields what is left', async () => {
    const { headers } = await chat({ prompt: '12', maxTokens: 100 })
    expect(headers.get('ratelimit')).toContain('r=599')
    expect(headers.get('ratelimit')).toContain(`r=${DAY_TOKENS - 101}`)
  })
})

describe('a request is refused', () => {
  test('whose most would pass a limit, and nothing is charged', async () => {
    for (let i = 0; i < 24; i++) await chat({ prompt: '1', maxTokens: 4096 })
    const before = await usedOf()
    expect((await chat({ prompt: '1', maxTokens: 4096 })).status).toBe(429)
    expect(await usedOf()).toEqual(before)
  })

  test.each([
    ['an unknown key', 401, { prompt: 'x' }, 'other'],
    ['no prompt', 400, {}, 'key'],
    ['too long an answer', 400, { prompt: 'x', maxTokens: 5000 }, 'key'],
    ['no object', 400, null, 'key'],
  ])('with %s', async (_, status, body, key) => {
    expect((await chat(body, key)).status).toBe(status)
    expect(await usedOf()).toEqual([0, 0, 0])
  })
})
