import { checkInteger, ownOptions } from '@rl/core/check'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import { type Context, contextsOf, createSetup } from './context.ts'
import type { Harness } from './harness.ts'
import { runCase } from './run-case.ts'
import { topics } from './topics/index.ts'

/** Long enough for a slow machine: no case waits for time to pass beyond a few seconds. */
const TIMEOUT_MS = 120_000

/**
 * How thoroughly a store is tested.
 *
 * @example { histories: 1000 }
 */
export interface SuiteOptions {
  /** How many random histories are compared with the oracle, for each way of asking: an integer from 1. Default 300. */
  readonly histories?: number | undefined
}

/**
 * Registers the whole suite with vitest, for one store: a `describe` for each topic, a `test` for each case. Each case runs once
 * for each way in which the store can be asked: `apply` one by one and in lists, and `answersAtOnce` if the store has it. Sets
 * vitest's `maxConcurrency` for this file to 32, as most cases wait for a window to end.
 *
 * @param name What the report calls the store.
 * @param createHarness Called once, before the first case. Its harness is closed after the last one.
 * @throws {OptionError} for an option that is wrong.
 * @example describeCounterStore('MyStore', () => harness)
 */
export function describeCounterStore(
  name: string,
  createHarness: () => Promise<Harness> | Harness,
  options: SuiteOptions = {},
): void {
  const histories = checkInteger('histories', ownOptions('options', options, ['histories']).histories ?? 300, 1)
  vi.setConfig({ maxConcurrency: 32 })

  describe(name, () => {
    let harness: Harness | undefined
    let contexts: readonly Context[]

    beforeAll(async () => {
      harness = await createHarness()
      contexts = contextsOf(await createSetup(harness, histories))
    }, TIMEOUT_MS)

    afterAll(() => harness?.close?.(), TIMEOUT_MS)

    for (const topic of topics) {
      describe(topic.name, () => {
        for (const each of topic.cases) {
          const register = each.alone ? test : test.concurrent
          register(each.name, () => runCase(each, contexts), TIMEOUT_MS)
        }
      })
    }
  })
}
