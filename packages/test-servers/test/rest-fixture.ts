import { type RedisServer, startRedis, startUpstashRest, type UpstashRestServer } from '@rl/test-servers'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/** A Redis and an Upstash REST server before it, for all tests of one file. */
export interface RestFixture {
  redis: RedisServer
  rest: UpstashRestServer
  /** Sends one HTTP request with the standard token, and the parsed JSON of its response. */
  send(path: string, init?: RequestInit): Promise<RestReply>
  /** Posts a JSON value to a path, and the parsed JSON of its response. */
  post(path: string, value: unknown, headers?: Record<string, string>): Promise<RestReply>
}

export interface RestReply {
  status: number
  body: unknown
}

/** Starts both before the first test, empties Redis before every test, and stops both after the last one. */
export function useRest(): RestFixture {
  const fixture = { send, post } as RestFixture

  beforeAll(async () => {
    fixture.redis = await startRedis()
    fixture.rest = await startUpstashRest({
      redisUrl: fixture.redis.url,
      token: 'all-token',
      readOnlyToken: 'read-token',
    })
  })
  beforeEach(async () => {
    await fixture.redis.command('FLUSHALL')
    await fixture.redis.command('SCRIPT', 'FLUSH')
  })
  afterAll(async () => {
    await fixture.rest.stop()
    await fixture.redis.stop()
  })

  async function send(path: string, init: RequestInit = {}): Promise<RestReply> {
    const headers = { authorization: 'Bearer all-token', ...init.headers }
    const response = await fetch(`${fixture.rest.url}${path}`, { ...init, headers })
    return { status: response.status, body: await response.json() }
  }

  function post(path: string, value: unknown, headers: Record<string, string> = {}): Promise<RestReply> {
    return send(path, { method: 'POST', body: JSON.stringify(value), headers })
  }

  return fixture
}
