import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// The npm package of express-rate-limit comes without its tests. The tests of its MemoryStore (version 8.6.2, 13 tests), in our
// words, and ours that check the same of ExpressRateLimitStore. The rest of its suite tests its middleware, with mocks for
// stores; that stays as it is.

const FILE = 'express-rate-limit-store.test.ts'

const SAME: Readonly<Record<string, string>> = {
  'get gives count and time': 'get reads a key without counting, and knows nothing of others',
  'the first hit is 1': 'the first hit of a key is 1, each further one adds 1',
  'hits add up': 'the first hit of a key is 1, each further one adds 1',
  'decrement takes one off': 'decrement gives the last hit back, once',
  'decrement stops at 0': 'decrement gives the last hit back, once',
  'resetKey forgets a key': 'resetKey forgets one key',
  'resetAll forgets all keys':
    'forgets all keys of this prefix, also what fast paths remember, and gives nothing back that was taken before',
  'a window ends': 'a window opens with the first hit and ends after windowMs',
  'no two keys share a counter': 'any key is counted by itself',
}

const LEFT_OUT: Readonly<Record<string, string>> = {
  'shutdown stops the timer': 'there are no timers',
  'a second init stops the first timer': 'there are no timers',
  'timers without unref work': 'there are no timers',
  'clients move from one internal map to another': 'there are no such maps',
}

test.each(Object.entries(SAME))('%s', (_, ours) => {
  expect(readFileSync(new URL(`../${FILE}`, import.meta.url), 'utf8')).toContain(`it('${ours}', `)
})

test('all its tests are here', () => {
  expect(Object.keys(SAME).length + Object.keys(LEFT_OUT).length).toBe(13)
})
