import { readdir, readFile } from 'node:fs/promises'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'

const SOURCES = new URL('../../src/', import.meta.url)

test('nothing of the page is loaded before somebody asks for it', async () => {
  const { metafile } = buildSync({
    entryPoints: [new URL('index.ts', SOURCES).pathname],
    bundle: true,
    format: 'esm',
    outdir: '/',
    packages: 'external',
    metafile: true,
    write: false,
  })
  const entry = Object.keys(metafile.inputs).find((path) => path.endsWith('dashboard/src/index.ts')) ?? ''
  const atOnce = new Set([entry])
  const others = new Set<string>()
  for (const path of atOnce) {
    for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
      if (external) others.add(imported)
      else if (kind === 'import-statement') atOnce.add(imported)
    }
  }
  const files = Array.from(atOnce, (path) => path.replace(/^.*\/src\//, ''))
  expect(files).toContain('server/page.ts')
  expect(files.filter((path) => path.startsWith('page/'))).toEqual([])
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('/src/page/'))).toHaveLength(1)
  // Of other packages, only what every app with a limiter has.
  expect([...others].filter((path) => !path.startsWith('@rl/core'))).toEqual([])
})

test('the server imports nothing of Node, so that it runs in other runtimes', async () => {
  for (const name of await readdir(new URL('server/', SOURCES), { recursive: true })) {
    if (!name.endsWith('.ts')) continue
    const text = await readFile(new URL(`server/${name}`, SOURCES), 'utf8')
    expect(`${name}: ${/from '(node:[^']*)'/.exec(text)?.[1] ?? ''}`).toBe(`${name}: `)
  }
})
