import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { topics } from '../src/topics/index.ts'

const textOf = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

test("the README's example is the one that runs", async () => {
  expect(await textOf('../README.md')).toContain(await textOf('example/my-store.test.ts'))
})

test('the README says of every topic what it checks', async () => {
  const readme = await textOf('../README.md')
  const missing = topics.filter(({ name }) => !readme.includes(`| ${name} `))
  expect(missing.map(({ name }) => name)).toEqual([])
})
