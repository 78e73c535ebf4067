import { describe, expect, test } from 'vitest'
import { createContext, type Topic } from '../src/context.ts'
import { topics } from '../src/topics/index.ts'
import { plainHarness, type StoreClass } from './plain-harness.ts'
import { wrongStores } from './wrong/index.ts'

/** Names of the cases that a store fails, each on a storage of its own. */
async function failedCases({ cases }: Topic, Store: StoreClass): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of cases) {
    const context = await createContext(plainHarness(Store))
    try {
      await run(context)
    } catch (error) {
      // A wrong store is to be caught, not to crash.
      if (error instanceof TypeError) throw error
      failed.push(name)
    }
  }
  return failed
}

function topicNamed(name: string): Topic {
  const topic = topics.find((each) => each.name === name)
  if (topic === undefined) throw new Error(`there is no topic '${name}'`)
  return topic
}

describe('a wrong store is caught by the topic that is meant to', () => {
  test.for(wrongStores)('$wrong: $topic', async ({ Store, topic }, { annotate }) => {
    const failed = await failedCases(topicNamed(topic), Store)
    await annotate(failed.join('; '))
    expect(failed).not.toEqual([])
  })
})

test('every topic is meant for at least one wrong store', () => {
  const meant = new Set(wrongStores.map(({ topic }) => topic))
  expect(topics.map(({ name }) => name).filter((name) => !meant.has(name))).toEqual([])
})
