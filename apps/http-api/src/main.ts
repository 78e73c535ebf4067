import { recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'
import { createApp } from './app.ts'
import { closeOnSignal } from './close-on-signal.ts'
import { settingsFrom } from './settings.ts'
import { asksForHelp, USAGE } from './usage.ts'

async function main(): Promise<void> {
  if (asksForHelp(process.argv.slice(2))) return console.log(USAGE)
  const settings = settingsFrom(process.env)
  const redis = new Redis(settings.redisUrl, recommendedOptions)
  const app = createApp(settings, redis)
  redis.on('error', (error) => app.log.error({ reason: error.message }, 'Redis'))
  try {
    await app.listen({ host: settings.host, port: settings.port })
  } catch (error) {
    redis.disconnect()
    throw error
  }
  closeOnSignal(app, redis, settings.graceMs)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
