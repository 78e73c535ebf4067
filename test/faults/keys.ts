import { counterKey } from '@rl/core/keys'
import { redisKey, tagsFor } from '@rl/redis-script'
import type { Stage } from './stage.ts'

const clusterTag = tagsFor(true, undefined)

/** The key of an identifier's counters: in a Cluster, identifiers share hash tags. */
export function keyOf({ cluster }: Stage, { name }: { readonly name: string }, id: string): string {
  return redisKey('rl:', counterKey({ scope: name, id }), cluster === undefined ? undefined : clusterTag)
}
