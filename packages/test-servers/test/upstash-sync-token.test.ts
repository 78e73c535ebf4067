import { Redis } from '@upstash/redis'
import { expect, test } from 'vitest'
import { useRest } from './rest-fixture.ts'

const fixture = useRest()

async function syncToken(command: readonly string[], headers: Record<string, string> = {}): Promise<string | null> {
  const response = await fetch(fixture.rest.url, {
    method: 'POST',
    body: JSON.stringify(command),
    headers: { authorization: 'Bearer all-token', ...headers },
  })
  await response.arrayBuffer()
  return response.headers.get('upstash-sync-token')
}

test('each answer has an Upstash-Sync-Token, which is new; one that comes back is taken', async () => {
  const first = await syncToken(['SET', 'key', 'value'])
  const second = await syncToken(['GET', 'key'], { 'upstash-sync-token': `${first}` })
  const ofAnError = await syncToken(['NOSUCH'])
  expect(new Set([first, second, ofAnError]).size).toBe(3)
  for (const token of [first, second, ofAnError]) expect(token).toMatch(/^[A-Za-z0-9+/]+=*$/)
})

test('no token for a request without a valid one', async () => {
  expect(await syncToken(['GET', 'key'], { authorization: 'Bearer wrong' })).toBeNull()
})

test('@upstash/redis sends back the latest, so that a replica would wait for it', async () => {
  const redis = new Redis({ url: fixture.rest.url, token: 'all-token', enableTelemetry: false })
  const latest = (): string | undefined =>
    (redis as unknown as { client: { upstashSyncToken?: string } }).client.upstashSyncToken
  await redis.set('key', 'value')
  const afterWrite = latest()
  await redis.get('key')
  expect(afterWrite).toMatch(/./)
  expect(latest()).not.toBe(afterWrite)
})
