import { OptionError } from '@rl/core'
import slotOf from 'cluster-key-slot'

const SLOTS = 16_384

/** Options of the adapters that know Clusters. */
export interface HashTagOptions {
  /**
   * How many hash tags identifiers are spread over in a Cluster: an integer from 1 to 16384. A script can't cross slots, so
   * by default, with a tag for each identifier, each identifier needs a command of its own. With fewer tags, those that
   * share one travel together: the fewer, the larger the batches. The tags lie evenly over the slots, so that a multiple
   * of the number of masters gives each master the same share. All processes that share counters must say the same: the
   * tag is part of the key.
   */
  readonly hashTags?: number | undefined
}

/**
 * The tag of each counter key: one of `count`, each standing for an equal range of slots.
 *
 * @throws {OptionError} for a count that is no integer from 1 to 16384.
 */
export function hashTags(count: number): (key: string) => string {
  if (!Number.isInteger(count) || count < 1 || count > SLOTS) {
    throw new OptionError(
      'hashTags',
      `an integer from 1 to ${SLOTS}`,
      typeof count === 'number' ? String(count) : typeof count,
    )
  }
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
