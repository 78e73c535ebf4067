import { counterKey } from '@rl/core/keys'
import { redisKey, tagsFor } from '@rl/redis-script'
import type { Subject } from '../arguments/parse.ts'
import type { Server } from '../connect/server.ts'
import { usageFailure } from '../failure.ts'
import { type Holder, holderOf } from './counter.ts'

/** Where the counters of a subject are: in one key. */
export function placeOf(
  subject: Subject,
  { isCluster }: Server,
  { prefix, hashTags }: { readonly prefix: string; readonly hashTags: number | undefined },
): Holder {
  const key =
    'key' in subject
      ? subject.key
      : redisKey(prefix, counterKey({ scope: subject.name, id: subject.id }), tagsFor(isCluster, hashTags))
  const holder = holderOf(key, prefix)
  if (holder === undefined) {
    throw usageFailure('--key must be the key of counters under --prefix, as rl top --json shows it')
  }
  return holder
}
