import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Context, createContext } from './context.ts'
import type { Harness } from './harness.ts'
import { topics } from './topics/index.ts'

/** Long enough for a slow machine: no case waits for time to pass beyond a few seconds. */
const TIMEOUT_MS = 120_000

/**
 * Registers the whole suite with vitest, for one store: a `describe` for each topic, a `test` for each case.
 *
 * @param name What the report calls the store.
 * @param createHarness Called once, before the first case. Its harness is closed after the last one.
 * @example describeCounterStore('MyStore', async () => ({ connect: () => new MyStore(url), ... }))
 */
export function describeCounterStore(name: string, createHarness: () => Promise<Harness> | Harness): void {
  describe(name, () => {
    let harness: Harness | undefined
    let context: Context

    beforeAll(async () => {
      harness = await createHarness()
      context = await createContext(harness)
    }, TIMEOUT_MS)

    afterAll(() => harness?.close(), TIMEOUT_MS)

    for (const topic of topics) {
      describe(topic.name, () => {
        for (const { name, run } of topic.cases) test(name, () => run(context), TIMEOUT_MS)
      })
    }
  })
}
