import { redisKey, tagsFor } from '@rl/redis-script'
import type { Stage } from './stage.ts'

const clusterTag = tagsFor(true, undefined)

/** The key of an identifier's counter: in a Cluster, identifiers share hash tags. */
export function keyOf(
  { cluster }: Stage,
  { name }: { readonly name: string },
  id: string,
  window: Parameters<typeof redisKey>[2],
): string {
  return redisKey('rl:', `${name}:${id}`, window, cluster === undefined ? undefined : clusterTag)
}
