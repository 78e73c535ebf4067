import { checkInteger } from '@rl/core/check'
import slotOf from 'cluster-key-slot'
import type { TagOf } from './codec/key.ts'

const SLOTS = 16_384

/** Options of the adapters that know Clusters. */
export interface HashTagOptions {
  /**
   * How many hash tags identifiers are spread over in a Cluster: an integer from 1 to 16384. A script can't cross slots:
   * only identifiers that share a tag travel together, so the fewer tags, the larger the batches. The tags lie evenly over
   * the slots, so that a multiple of the number of masters gives each master the same share. All processes that share
   * counters must say the same: the tag is part of the key. Default 48 in a Cluster, elsewhere a tag for each identifier.
   */
  readonly hashTags?: number | undefined
}

/** Divided evenly by 2, 3, 4, 6, 8, 12, 16 and 24 masters. */
export const DEFAULT_TAGS = 48

/** How an adapter's client wants its keys tagged. */
export function tagsFor(isCluster: boolean, count: number | undefined): TagOf | undefined {
  if (count === undefined && !isCluster) return undefined
  return hashTags(count ?? DEFAULT_TAGS)
}

/**
 * The tag of each counter key: one of `count`, each standing for an equal range of slots.
 *
 * @throws {OptionError} for a count that is no integer from 1 to 16384.
 */
export function hashTags(count: number): TagOf {
  checkInteger('hashTags', count, 1, SLOTS)
  const rangeOf = (text: string): number => Math.floor((slotOf(text) * count) / SLOTS)
  const tags: string[] = []
  for (let n = 0, found = 0; found < count; n++) {
    const tag = n.toString(36)
    const range = rangeOf(tag)
    if (tags[range] !== undefined) continue
    tags[range] = tag
    found++
  }
  return (key) => tags[rangeOf(key)] as string
}
