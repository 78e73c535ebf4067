import { describe, expect, test } from 'vitest'
import { type Case, type Context, contextsOf, createSetup, type Topic } from '../src/context.ts'
import { topics } from '../src/topics/index.ts'
import { wrongStores } from './wrong/index.ts'
import type { WrongStore } from './wrong/wrong-store.ts'

/** A context of a fresh storage for each way of asking. */
async function freshContexts({ createHarness }: WrongStore): Promise<readonly Context[]> {
  const { length } = contextsOf(await createSetup(createHarness(), 1))
  const setups = Array.from({ length }, () => createSetup(createHarness(), 200))
  return (await Promise.all(setups)).map((setup, way) => contextsOf(setup)[way] as Context)
}

async function fails({ run }: Case, context: Context): Promise<boolean> {
  try {
    await run(context)
    return false
  } catch (error) {
    // A wrong store is to be caught, not to crash.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error
    return true
  }
}

/** The first case of a topic that a store fails, and by which way of asking. */
async function firstFailure({ cases }: Topic, wrong: WrongStore): Promise<{ way: string; name: string } | undefined> {
  for (const each of cases) {
    for (const context of await freshContexts(wrong)) {
      // That `apply` is right, the test of the plain store shows.
      if (wrong.isShortcut && context.wayName.startsWith('apply, ')) continue
      if (await fails(each, context)) return { way: context.wayName, name: each.name }
    }
  }
  return undefined
}

function topicNamed(name: string): Topic {
  const topic = topics.find((each) => each.name === name)
  if (topic === undefined) throw new Error(`there is no topic '${name}'`)
  return topic
}

describe('a wrong store is caught by the topic that is meant to', () => {
  test.for(wrongStores)('$wrong: $topic', async (wrong, { annotate }) => {
    const failure = await firstFailure(topicNamed(wrong.topic), wrong)
    expect(failure).toBeDefined()
    await annotate(`${failure?.name} (asked by ${failure?.way})`)
  })
})

test('every topic is meant for at least one wrong store', () => {
  const meant = new Set(wrongStores.map(({ topic }) => topic))
  expect(topics.map(({ name }) => name).filter((name) => !meant.has(name))).toEqual([])
})

test('a wrong shortcut passes every topic where only apply is asked', async () => {
  const wrong = wrongStores.find(({ isShortcut }) => isShortcut)
  if (wrong === undefined) throw new Error('there is no wrong shortcut')
  const failed: string[] = []
  for (const { cases } of topics.filter(({ name }) => name !== 'many counters')) {
    for (const each of cases) {
      for (const context of await freshContexts(wrong)) {
        if (context.wayName.startsWith('apply, ') && (await fails(each, context))) failed.push(each.name)
      }
    }
  }
  expect(failed).toEqual([])
})
