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
const DEFAULT_TAGS = 48

/** How many hash tags a client uses; undefined where each identifier is its own tag. */
export function tagCount(isCluster: boolean, count: number | undefined): number | undefined {
  return count ?? (isCluster ? DEFAULT_TAGS : undefined)
}
