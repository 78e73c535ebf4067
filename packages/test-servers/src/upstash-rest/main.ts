#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { startUpstashRest } from './server.ts'

const USAGE = `Serves a Redis over Upstash's REST protocol, for development and tests.

  upstash-rest [--redis redis://127.0.0.1:6379] [--port 8079] [--host 127.0.0.1] [--token …] [--read-only-token …]

A token that is not given is made up and printed.`

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
      port: { type: 'string', default: '8079' },
      host: { type: 'string', default: '127.0.0.1' },
      token: { type: 'string' },
      'read-only-token': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return console.log(USAGE)

  const { redis: redisUrl, host, token, 'read-only-token': readOnlyToken } = values
  const server = await startUpstashRest({
    redisUrl,
    port: Number(values.port),
    host,
    ...(token === undefined ? {} : { token }),
    ...(readOnlyToken === undefined ? {} : { readOnlyToken }),
  })
  console.log(`UPSTASH_REDIS_REST_URL=${server.url}`)
  console.log(`UPSTASH_REDIS_REST_TOKEN=${server.token}`)
  console.log(`# read-only token: ${server.readOnlyToken}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop())
}
