import type { Operation } from '@rl/core'
import { recommendedOptions, UpstashStore } from '@rl/upstash'
import { Redis } from '@upstash/redis'
import { afterEach, expect, test } from 'vitest'
import { type OddServer, startOddGateway } from './odd-servers.ts'

const WINDOW = { limit: 1, windowMs: 1000, anchor: 'epoch' } as const
const TAKE: Operation = { kind: 'take', scope: 'api', id: 'id', windows: [WINDOW], costs: [1], times: 1 }

let gateway: OddServer | undefined
afterEach(() => gateway?.stop())

/** A take's error when a gateway answers so, and the number of requests. */
async function askedOnce(status: number, body: string): Promise<{ failure: unknown; requests: number }> {
  let requests = 0
  gateway = await startOddGateway((_, response) => {
    requests++
    response.writeHead(status).end(body)
  })
  const redis = new Redis({ ...recommendedOptions, url: `http://127.0.0.1:${gateway.port}`, token: 'token' })
  const failure = await new UpstashStore(redis).apply([TAKE]).catch((error: unknown) => error)
  return { failure, requests }
}

// A refusal that is taken for proven would be tried again, or given back: the caller would be charged twice, or for nothing.
test.each([
  ['a page with NOSCRIPT in it', 502, '<p> NOSCRIPT allowed by this browser </p>'],
  ['a page with BUSY in it', 503, 'The service is BUSY at the moment'],
  ['a page that begins with LOADING', 200, 'LOADING the page'],
  ['a sentence of a gateway', 503, JSON.stringify({ error: 'all backends are BUSY now' })],
  ['a sentence of a gateway with a colon', 503, JSON.stringify({ error: 'upstream replied: BUSY at the moment' })],
  ['a sentence of a gateway with NOSCRIPT behind a colon', 502, JSON.stringify({ error: 'policy: NOSCRIPT please' })],
  ['a sentence with NOSCRIPT', 500, JSON.stringify({ error: 'the text NOSCRIPT was blocked' })],
])('%s does not prove that nothing ran, and is asked for once', async (_, status, body) => {
  expect(await askedOnce(status, body)).toMatchObject({
    failure: { name: 'StoreError', outcome: 'unknown' },
    requests: 1,
  })
})

test.each([
  ['alone', 'BUSY Redis is busy running a script'],
  ['behind a name', 'ReplyError: BUSY Redis is busy running a script'],
  ['behind the place in a pipeline', 'Command 1 [ evalsha ] failed: BUSY Redis is busy running a script'],
  ['behind that it failed', 'Command failed: BUSY Redis is busy running a script'],
])("Redis' own refusal %s proves it", async (_, error) => {
  expect(await askedOnce(400, JSON.stringify({ error }))).toMatchObject({
    failure: { message: 'Redis refused: BUSY', outcome: 'not-executed' },
    requests: 1,
  })
})
