#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { startRedis } from '../redis/start-redis.ts'
import { startUpstashRest } from './server.ts'

const USAGE = `Upstash's REST protocol on this machine, for development and tests.

  upstash-rest [--redis redis://127.0.0.1:6379] [--port 8079] [--host 127.0.0.1] [--token …] [--read-only-token …]

Without --redis it starts a redis-server of its own, whose data goes with it. A token that is not given is made up and
printed.`

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      redis: { type: 'string' },
      port: { type: 'string', default: '8079' },
      host: { type: 'string', default: '127.0.0.1' },
      token: { type: 'string' },
      'read-only-token': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return console.log(USAGE)

  const { host, token, 'read-only-token': readOnlyToken } = values
  const own = values.redis === undefined ? await startRedis() : undefined
  try {
    const server = await startUpstashRest({
      redisUrl: values.redis ?? `${own?.url}`,
      port: Number(values.port),
      host,
      ...(token === undefined ? {} : { token }),
      ...(readOnlyToken === undefined ? {} : { readOnlyToken }),
    })
    console.log(`UPSTASH_REDIS_REST_URL=${server.url}`)
    console.log(`UPSTASH_REDIS_REST_TOKEN=${server.token}`)
    console.log(`# read-only token: ${server.readOnlyToken}`)
    if (own !== undefined) console.log(`# redis-server: ${own.url}`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void Promise.all([server.stop(), own?.stop()]))
    }
  } catch (error) {
    await own?.stop()
    throw error
  }
}
