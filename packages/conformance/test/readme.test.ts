import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { WAYS } from '../src/asking/ways.ts'
import { topics } from '../src/topics/index.ts'

const PAGE = '../../../docs/evidence/conformance.md'

const textOf = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

test.for(['map-store.test.ts', 'key-value-store.test.ts'])("the README's %s is the one that runs", async (name) => {
  expect(await textOf('../README.md')).toContain(await textOf(`example/${name}`))
})

test('the page of what is checked has every topic', async () => {
  const page = await textOf(PAGE)
  const missing = topics.filter(({ name }) => !page.includes(`| ${name} `))
  expect(missing.map(({ name }) => name)).toEqual([])
})

test('the page of what is checked names every way of asking', async () => {
  const page = await textOf(PAGE)
  for (const { name } of WAYS) expect(page).toContain(`- ${name}`)
})
