import type { ClientRetries } from '@rl/redis-script'
import { RECOMMENDED } from './options.ts'

/** Whether it is a Sentinel: clients give their classes no telling names, but only a Sentinel leases its connections. */
export function isSentinel(client: object): boolean {
  return 'acquire' in client
}

/**
 * Only a Sentinel sends commands again. It does not show its `maxCommandRediscovers`, so the mark of the recommended options
 * tells. Before version 6.2.1 it also runs rejected calls, under any options. It does not show its version: 6.2 is the first
 * with `hImportPrepare`.
 */
export function nodeRedisRetries(client: { readonly commandOptions?: object | undefined }): ClientRetries {
  const sentinel = {
    client: 'a node-redis Sentinel',
    remedy: 'createSentinel({ ...recommendedOptions, … }), for { maxCommandRediscovers: 0 }',
  }
  if (!isSentinel(client)) return { ...sentinel, setting: undefined }
  if (!('hImportPrepare' in client)) {
    return {
      client: sentinel.client,
      setting: 'a version of redis before 6.2.1',
      effect: 'runs calls that were rejected during an outage when the master is back, so a failed call can be charged',
      remedy: 'redis 6.2.1 or later',
    }
  }
  const isMarked = RECOMMENDED in (client.commandOptions ?? {})
  return { ...sentinel, setting: isMarked ? undefined : 'maxCommandRediscovers 16 or unknown' }
}
