import type { ClientRetries } from '@rl/redis-script'
import { RECOMMENDED } from './options.ts'

/** Whether it is a Sentinel: clients give their classes no telling names, but only a Sentinel leases its connections. */
export function isSentinel(client: object): boolean {
  return 'acquire' in client
}

/** Only a Sentinel sends commands again. It shows no `maxCommandRediscovers`, so the mark tells. */
export function nodeRedisRetries(client: { readonly commandOptions?: object | undefined }): ClientRetries {
  const unmarked = isSentinel(client) && !(RECOMMENDED in (client.commandOptions ?? {}))
  return {
    client: 'a node-redis Sentinel',
    setting: unmarked ? 'maxCommandRediscovers 16 or unknown' : undefined,
    remedy: 'createSentinel({ ...recommendedOptions, … }), for { maxCommandRediscovers: 0 }',
  }
}
