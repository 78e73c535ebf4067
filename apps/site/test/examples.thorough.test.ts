import { expect, test } from 'vitest'
import { testPrograms } from '../../../test/docs/runs.ts'
import { readReference } from '../build/reference.mjs'
import { examplePrograms } from './reference/example-programs.ts'
import { examplesIn, examplesOf, publicNames } from './reference/public-names.ts'

const { project } = await readReference()
const names = publicNames(project)

test('no example of the reference is left out', () => {
  const shown = Object.values(project.reflections).flatMap(({ comment }) => (comment === undefined ? [] : [comment]))
  const taken = new Set(names.flatMap(examplesOf))
  expect(taken.size).toBeGreaterThan(100)
  expect(examplesIn(shown).filter((each) => !taken.has(each))).toEqual([])
})

testPrograms(examplePrograms(names))
