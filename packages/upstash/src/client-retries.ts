import type { ClientRetries } from '@rl/redis-script'

/**
 * How often the client sends a failed request again. It shows that nowhere in public, so this looks at where version 1 keeps
 * it, and takes a client without it for one that sends nothing again.
 */
export function upstashRetries(redis: object): ClientRetries {
  const attempts = read(read(read(redis, 'client'), 'retry'), 'attempts')
  return {
    client: 'an @upstash/redis Redis',
    setting: typeof attempts === 'number' && attempts > 0 ? `${attempts} retries` : undefined,
    remedy: 'new Redis({ ...recommendedOptions, … }), for { retry: { retries: 0 } }',
  }
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
