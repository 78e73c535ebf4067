import { hashTags, redisKey } from '@rl/redis-script'
import { picker, random, zipfShares } from '../random.ts'
import { masterOf, slotOf } from './slot.ts'

/** Counters in a full command. Core's `MAX_WEIGHT`, which it does not export: a test compares them. */
export const FULL_COMMAND = 256
const LISTS = 200

export interface SpreadSettings {
  readonly identifiers: number
  /** Of the calls over the identifiers: 0 is uniform. */
  readonly zipf: number
  readonly masters: readonly number[]
  /** `undefined`: a tag for each identifier. */
  readonly hashTags: readonly (number | undefined)[]
}

/** How evenly calls spread over masters. */
export interface SpreadRow {
  readonly zipf: number
  readonly masters: number
  readonly hashTags: number | undefined
  /** Load of the busiest master against the mean. */
  readonly maxOverMean: number
  /** The same if the hottest identifier were not there: what the spread itself does. */
  readonly withoutHottest: number
}

export interface FanOutRow {
  readonly hashTags: number | undefined
  /** Takes per command when a full list of 256 identifiers, picked at random, is split by tag. */
  readonly takesPerCommand: number
}

export function keyOf(index: number): string {
  return `api:user_${index}`
}

/** The slot of each identifier's counter. */
export function slotsOf(identifiers: number, tags: number | undefined): readonly number[] {
  const tagOf = tags === undefined ? undefined : hashTags(tags)
  return Array.from({ length: identifiers }, (_, i) => slotOf(redisKey('rl:', keyOf(i), tagOf)))
}

/** The load of each master, where the identifiers have these shares of the calls. */
export function loads(slots: readonly number[], shares: readonly number[], masters: number): readonly number[] {
  const load = new Array<number>(masters).fill(0)
  slots.forEach((slot, i) => {
    const master = masterOf(slot, masters)
    load[master] = (load[master] ?? 0) + (shares[i] ?? 0)
  })
  return load
}

export function maxOverMean(load: readonly number[]): number {
  const sum = load.reduce((total, each) => total + each, 0)
  return (Math.max(...load) * load.length) / sum
}

/** Exact: shares are summed, nothing is drawn. */
export function slotSpread(settings: SpreadSettings): readonly SpreadRow[] {
  const shares = zipfShares(settings.identifiers, settings.zipf)
  const others = [0, ...shares.slice(1)]
  return settings.hashTags.flatMap((tags) => {
    const slots = slotsOf(settings.identifiers, tags)
    return settings.masters.map((masters) => ({
      zipf: settings.zipf,
      masters,
      hashTags: tags,
      maxOverMean: maxOverMean(loads(slots, shares, masters)),
      withoutHottest: maxOverMean(loads(slots, others, masters)),
    }))
  })
}

/** Into how many commands lists of distinct identifiers fall apart in a Cluster. */
export function fanOut(identifiers: number, tagCounts: readonly (number | undefined)[], seed: number): FanOutRow[] {
  return tagCounts.map((tags) => {
    const tagOf = tags === undefined ? undefined : hashTags(tags)
    const pick = picker(zipfShares(identifiers, 0), random(seed))
    let takes = 0
    let commands = 0
    for (let list = 0; list < LISTS; list++) {
      const keys = new Set<string>()
      while (keys.size < FULL_COMMAND) keys.add(keyOf(pick()))
      takes += keys.size
      commands += new Set(Array.from(keys, (key) => tagOf?.(key) ?? key)).size
    }
    return { hashTags: tags, takesPerCommand: takes / commands }
  })
}
