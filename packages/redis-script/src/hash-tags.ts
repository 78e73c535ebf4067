import { checkInteger } from '@rl/core/check'
import slotOf from 'cluster-key-slot'
import type { TagOf } from './codec/key.ts'
import { tagCount } from './tag-count.ts'

const SLOTS = 16_384

/**
 * The tags of an adapter's client: undefined where each identifier is its own tag.
 *
 * @throws {OptionError} for a count that is no integer from 1 to 16384.
 * @example const tagOf = tagsFor(true, 16)
 */
export function tagsFor(isCluster: boolean, count: number | undefined): TagOf | undefined {
  const tags = tagCount(isCluster, count)
  return tags === undefined ? undefined : hashTags(tags)
}

/**
 * The tag of each counter key: one of `count`, each standing for an equal range of slots.
 *
 * @throws {OptionError} for a count that is no integer from 1 to 16384.
 * @example const tag = hashTags(16)('api:user_123')
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
