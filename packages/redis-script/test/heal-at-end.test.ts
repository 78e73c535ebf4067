import { afterAll, beforeAll, expect, test } from 'vitest'
import { Adapter, keyOf, takeOf, window } from './support.ts'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())

// Redis 7.0's clock goes on while a script runs, so that a window may end between the script's look at the clock and its
// repair. How often that happens here is up to the machine; what must not come of it is not.
test('an expiry that is healed while its window ends leaves nothing that is no count', async () => {
  const windows = [window(1000, 'epoch', 2)]
  const names = Array.from({ length: 64 }, (_, i) => `n${i}`)
  const keys = names.map((name) => keyOf(name))
  for (let round = 0; round < 300; round++) {
    const now = Date.now()
    const lost = keys.flatMap((key) => [key, `1;e2=${now - (now % 2) + 2} 1`])
    await Promise.all([adapter.redis.mset(...lost), adapter.take(...names.map((name) => takeOf(name, windows)))])
    const values = (await adapter.redis.mget(...keys)).filter((value) => value !== null)
    expect(values.filter((value) => !/^1;e2=\d+ \d+$/.test(value))).toEqual([])
  }
})
