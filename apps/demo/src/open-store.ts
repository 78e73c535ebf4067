import type { CounterStore } from '@rl/core'
import { serverFailure } from './failure-line.ts'
import { otherProtocol } from './other-protocol.ts'
import type { Target } from './target.ts'

/** Time for the server to be reached and to answer for the first time. */
const CONNECT_MS = 5_000

/** A store and the client that it speaks through. */
export interface OpenStore {
  readonly store: CounterStore
  close(): void
}

/**
 * Connects to the server. Client libraries are loaded only where they are used.
 *
 * @throws {ReportableError} when the server can't be reached, is no Redis, or refuses the credentials.
 */
export async function openStore(target: Target): Promise<OpenStore> {
  try {
    switch (target.kind) {
      case 'ioredis':
        return await openIoredis(target.url)
      case 'node-redis':
        return await openNodeRedis(target.url)
      case 'upstash':
        return await openUpstash(target.url, target.token)
    }
  } catch (error) {
    throw (await otherProtocol(target)) ?? serverFailure(target, error)
  }
}

async function openIoredis(url: string): Promise<OpenStore> {
  const { Redis } = await import('ioredis')
  const { IoredisStore, recommendedOptions } = await import('@rl/ioredis')
  const redis = new Redis(url, {
    ...recommendedOptions,
    // Longer than the limits of the demo itself.
    connectTimeout: 2 * CONNECT_MS,
    socketTimeout: 2 * CONNECT_MS,
    lazyConnect: true,
    retryStrategy: () => null,
    disconnectTimeout: 100,
  })
  // `connect` rejects with "Connection is closed"; why, only the event says.
  let reason: unknown
  redis.on('error', (error: unknown) => {
    reason ??= error
  })
  const close = (): void => redis.disconnect()
  try {
    await answered(redis.connect())
  } catch (error) {
    close()
    throw reason ?? error
  }
  return { store: new IoredisStore(redis), close }
}

async function openNodeRedis(url: string): Promise<OpenStore> {
  const { createClient } = await import('redis')
  const { NodeRedisStore, recommendedOptions } = await import('@rl/node-redis')
  const client = createClient({ ...recommendedOptions, url, socket: { reconnectStrategy: false } })
  // Without a listener an error event would end the process; the calls under way reject as well.
  client.on('error', () => {})
  const close = (): void => client.destroy()
  try {
    await answered(client.connect())
  } catch (error) {
    if (client.isOpen) close()
    throw error
  }
  return { store: new NodeRedisStore(client), close }
}

async function openUpstash(url: string, token: string): Promise<OpenStore> {
  const { Redis } = await import('@upstash/redis')
  const { UpstashStore, recommendedOptions } = await import('@rl/upstash')
  const redis = new Redis({ ...recommendedOptions, url, token, signal: () => AbortSignal.timeout(CONNECT_MS) })
  await answered(redis.ping())
  return { store: new UpstashStore(redis), close: () => {} }
}

/** A server that accepts connections but never answers would keep a client waiting for good. */
async function answered<T>(reply: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${CONNECT_MS / 1000} s`)), CONNECT_MS)
  })
  try {
    return await Promise.race([reply, timeout])
  } finally {
    clearTimeout(timer)
  }
}
