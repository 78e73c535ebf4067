import { readdir, readFile } from 'node:fs/promises'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'

const SOURCES = new URL('../../src/', import.meta.url)

test('nothing of the page is loaded before somebody asks for it', async () => {
  const { metafile } = buildSync({
    entryPoints: [new URL('index.ts', SOURCES).pathname],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: '/',
    packages: 'external',
    metafile: true,
    write: false,
  })
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith('src/index.ts'))
  const atOnce = Object.keys(output?.inputs ?? {}).map((path) => path.replace(/^.*\/src\//, ''))
  expect(atOnce).toContain('server/handle.ts')
  expect(atOnce.filter((path) => path.startsWith('page/'))).toEqual([])
  expect(output?.imports.filter(({ kind }) => kind === 'dynamic-import')).toHaveLength(1)
  // Of other packages, only what every app with a limiter has.
  const packages = output?.imports.filter(({ external }) => external).map(({ path }) => path)
  expect(packages?.filter((path) => !path.startsWith('@rl/core'))).toEqual([])
})

test('the server imports nothing of Node, so that it runs in other runtimes', async () => {
  for (const name of await readdir(new URL('server/', SOURCES), { recursive: true })) {
    if (!name.endsWith('.ts')) continue
    const text = await readFile(new URL(`server/${name}`, SOURCES), 'utf8')
    expect(`${name}: ${/from '(node:[^']*)'/.exec(text)?.[1] ?? ''}`).toBe(`${name}: `)
  }
})
