import { OptionError } from '@rl/core'
import slotOf from 'cluster-key-slot'
import { describe, expect, test } from 'vitest'
import { hashTags, redisKey, tokenKey } from '../src/index.ts'

const ids = Array.from({ length: 20_000 }, (_, i) => `api:user_${i}`)

test('the slots are those of the Redis Cluster specification', () => {
  expect(slotOf('123456789')).toBe(0x31c3 % 16_384)
  expect(slotOf('rl:1:{api:user_123}')).toBe(slotOf('api:user_123'))
})

describe.each([1, 2, 3, 64, 100, 1024, 16_384])('%i hash tags', (count) => {
  const tagOf = hashTags(count)
  const tags = new Set(ids.map(tagOf))

  test('are no more than that, and lie evenly over the slots', () => {
    expect(tags.size).toBeLessThanOrEqual(count)
    if (count <= 1024) expect(tags.size).toBe(count)
    const ranges = new Set(Array.from(tags, (tag) => Math.floor((slotOf(tag) * count) / 16_384)))
    expect(ranges.size).toBe(tags.size)
  })

  test('leave an identifier in its range of slots, and are the same in every process', () => {
    const again = hashTags(count)
    for (const id of ids.slice(0, 500)) {
      const tag = tagOf(id)
      expect(again(id)).toBe(tag)
      expect(Math.floor((slotOf(tag) * count) / 16_384)).toBe(Math.floor((slotOf(id) * count) / 16_384))
    }
  })

  test('keep keys apart, and counters and tokens of an identifier in one slot', () => {
    const keys = ids.map((id) => redisKey('rl:', id, tagOf))
    expect(new Set(keys).size).toBe(ids.length)
    const [first = ''] = keys
    expect(first).toBe(`rl:1:{${tagOf('api:user_0')}}api:user_0`)
    expect(slotOf(tokenKey(first, 'token'))).toBe(slotOf(first))
  })
})

test.each([0, -1, 1.5, Number.NaN, 16_385, '64', null])('%s is no number of hash tags', (count) => {
  expect(() => hashTags(count as number)).toThrow(OptionError)
  expect(() => hashTags(count as number)).toThrow(/^hashTags must be an integer from 1 to 16384, received /)
})
