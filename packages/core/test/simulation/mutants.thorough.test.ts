import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulationOf } from './bundle.ts'
import { MUTANTS } from './mutants.ts'

// The simulation shows something only if it notices what is wrong: each of these mistakes is planted in a copy of the core.

const HISTORIES = 2500

let folder: string
const { stackTraceLimit } = Error

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'core-mutants-'))
  Error.stackTraceLimit = 0 // many errors are made, and nobody looks where
})

afterAll(async () => {
  Error.stackTraceLimit = stackTraceLimit
  await rm(folder, { recursive: true })
})

describe('finds a core that', () => {
  test.each(MUTANTS.map((mutant, i) => ({ ...mutant, i })))('$name', async ({ edits, focus, i }) => {
    const run = await simulationOf(edits, join(folder, `${i}.mjs`))
    const { found } = await run(1, { histories: HISTORIES }, undefined, focus)
    expect(found?.error).toMatchObject({ name: 'Violation' })
  })
})

test('a change whose place is not found in the source is an error', async () => {
  const edit = { file: 'dispatch/flight.ts', text: 'this is not in the file', by: '' }
  await expect(simulationOf([edit], join(folder, 'missing.mjs'))).rejects.toThrow('must contain exactly once')
})
