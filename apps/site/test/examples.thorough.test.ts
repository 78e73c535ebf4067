import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Program } from '../../../test/docs/programs.ts'
import { runsAsShown } from '../../../test/docs/runs.ts'
import { Servers } from '../../../test/docs/servers.ts'
import { Workspace } from '../../../test/docs/workspace.ts'
import { readReference } from '../build/reference.mjs'
import { examplePrograms } from './reference/example-programs.ts'
import { examplesIn, examplesOf, publicNames } from './reference/public-names.ts'

const { project } = await readReference()
const names = publicNames(project)
const programs = examplePrograms(names)
let servers: Servers
let workspace: Workspace
let complaints: readonly string[]

beforeAll(async () => {
  workspace = new Workspace(programs)
  ;[servers, complaints] = await Promise.all([Servers.start(), workspace.compile()])
})
afterAll(async () => {
  workspace?.remove()
  await servers?.stop()
})

test('no example of the reference is left out', () => {
  const shown = Object.values(project.reflections).flatMap(({ comment }) => (comment === undefined ? [] : [comment]))
  const taken = new Set(names.flatMap(examplesOf))
  expect(taken.size).toBeGreaterThan(100)
  expect(examplesIn(shown).filter((each) => !taken.has(each))).toEqual([])
})

test('the compiler has nothing to say against any example of a doc comment', () => {
  expect(complaints).toEqual([])
})

test.each(programs.map((program): [string, Program] => [program.name, program]))(
  'the example of %s runs, and prints what it says',
  async (_, program) => {
    await runsAsShown(program, workspace, servers)
  },
  120_000,
)
