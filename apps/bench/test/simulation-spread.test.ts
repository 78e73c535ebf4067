import { startRedis } from '@rl/test-servers'
import { expect, test } from 'vitest'
import { MAX_WEIGHT } from '../../../packages/core/src/dispatch/send-policy.ts'
import { masterOf, slotOf } from '../src/simulation/slot.ts'
import { FULL_COMMAND, keyOf, loads, maxOverMean, slotSpread, slotsOf } from '../src/simulation/slot-spread.ts'

test('a full command is as large as the dispatcher makes it', () => {
  expect(FULL_COMMAND).toBe(MAX_WEIGHT)
})

test('slots are those of a real server', async () => {
  await using redis = await startRedis({ args: ['--cluster-enabled', 'yes'] })
  const keys = [
    '',
    'foo',
    '123456789',
    '{}a',
    '{a}b',
    'a{b}{c}',
    '{',
    '}{x}',
    'é',
    ...Array.from({ length: 50 }, (_, i) => keyOf(i)),
  ]
  for (const key of keys) expect(slotOf(key), key).toBe(await redis.command('CLUSTER', 'KEYSLOT', key))
})

test('masters have equal ranges of slots', () => {
  expect([0, 5461, 5462, 10_922, 10_923, 16_383].map((slot) => masterOf(slot, 3))).toEqual([0, 0, 1, 1, 2, 2])
})

test('an exact count on a small case', () => {
  // foo is in slot 12182, bar in 5061, hello in 866: of 3 masters the third and twice the first.
  const slots = ['foo', 'bar', 'hello'].map(slotOf)
  expect(slots).toEqual([12_182, 5061, 866])
  expect(loads(slots, [0.5, 0.25, 0.25], 3)).toEqual([0.5, 0, 0.5])
  expect(maxOverMean([0.5, 0, 0.5])).toBe(1.5)
})

test('with hash tags, all identifiers of a range share its slot', () => {
  const plain = slotsOf(500, undefined)
  const tagged = slotsOf(500, 16)
  expect(new Set(tagged).size).toBe(16)
  tagged.forEach((slot, i) => {
    expect(Math.floor(slot / 1024)).toBe(Math.floor((plain[i] ?? 0) / 1024))
  })
})

test('16 tags on 3 masters are 6, 5 and 5 ranges, on 32 masters half of them idle', () => {
  const rows = slotSpread({ identifiers: 50_000, zipf: 0, masters: [3, 32], hashTags: [16] })
  expect(rows[0]?.maxOverMean).toBeCloseTo((6 * 3) / 16, 1)
  expect(rows[1]?.maxOverMean).toBeCloseTo(2, 1)
})
