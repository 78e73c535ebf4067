import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { WAYS } from '../src/asking/ways.ts'
import { topics } from '../src/topics/index.ts'

const textOf = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

test.for(['map-store.ts', 'map-store.test.ts', 'key-value-store.test.ts'])(
  "the README's %s is the one that runs",
  async (name) => {
    expect(await textOf('../README.md')).toContain(await textOf(`example/${name}`))
  },
)

test('the README says of every topic what it checks', async () => {
  const readme = await textOf('../README.md')
  const missing = topics.filter(({ name }) => !readme.includes(`| ${name} `))
  expect(missing.map(({ name }) => name)).toEqual([])
})

test('the README names every way of asking', async () => {
  const readme = await textOf('../README.md')
  for (const { name } of WAYS) expect(readme).toContain(`- ${name}`)
})
