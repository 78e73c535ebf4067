import { readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { describe, expect, test } from 'vitest'
import { type Imports, importsOf, LAYERS, layerOf, specifiersIn, withoutComments } from './layers.ts'

// No file imports upward or in a circle, in types neither.

function upwardImports(imports: Imports): string[] {
  return [...imports].flatMap(([file, named]) =>
    named
      .filter((other) => imports.has(other) && layerOf(other) > layerOf(file))
      .map((other) => `${file} imports ${other}`),
  )
}

/** Files that import themselves, however many others are between: one path for each circle that is found. */
function circles(imports: Imports): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const other of imports.get(file) ?? []) if (imports.has(other)) visit(other, [...path, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return found
}

/** Imports that are no files of the sources. */
function foreignImports(imports: Imports): string[] {
  return [...new Set([...imports.values()].flat().filter((each) => !imports.has(each)))].sort()
}

/** All files that come along with one. */
function reachable(imports: Imports, from: string): Set<string> {
  const files = new Set([from])
  for (const file of files) for (const other of imports.get(file) ?? []) if (imports.has(other)) files.add(other)
  return files
}

const core = await importsOf(new URL('../src/', import.meta.url))
const http = await importsOf(new URL('../../http/src/', import.meta.url))

describe('core', () => {
  test('has files in every layer, and none outside', () => {
    const layers = new Set([...core.keys()].map(layerOf))
    expect([...layers].sort()).toEqual(LAYERS.map((_, i) => i))
  })

  test('imports nothing upward', () => expect(upwardImports(core)).toEqual([]))
  test('imports nothing in a circle', () => expect(circles(core)).toEqual([]))
  test('imports nothing but its own files', () => expect(foreignImports(core)).toEqual([]))

  test('without fast paths does not contain them', () => {
    expect([...reachable(core, 'index.ts')].filter((file) => file.startsWith('fast-paths/'))).toEqual([])
  })

  test('declares no dependency', async () => {
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('peerDependencies')
  })

  test('names nothing of Node but what every runtime has', async () => {
    for (const file of core.keys()) {
      const text = withoutComments(await readFile(new URL(`../src/${file}`, import.meta.url), 'utf8'))
      expect(`${file}: ${/\b(process|Buffer|require)\b\s*[.(]/.exec(text)?.[0] ?? ''}`).toBe(`${file}: `)
    }
  })
})

test('http imports nothing in a circle', () => {
  expect(http.size).toBeGreaterThan(5)
  expect(circles(http)).toEqual([])
})

describe('the check fails on a planted', () => {
  const fine: [string, string[]][] = [
    ['errors.ts', []],
    ['contract/store.ts', ['errors.ts']],
    ['dispatch/queue.ts', ['contract/store.ts', 'dispatch/entry.ts']],
    ['dispatch/entry.ts', ['errors.ts']],
    ['limiter.ts', ['dispatch/queue.ts', 'errors.ts']],
  ]
  const planted = (file: string, ...named: string[]): Imports =>
    new Map(fine.map(([name, imports]) => [name, name === file ? [...imports, ...named] : imports]))

  test('none, where nothing is planted', () => {
    const imports = new Map(fine)
    expect([upwardImports(imports), circles(imports), foreignImports(imports)]).toEqual([[], [], []])
  })

  test('import upward', () => {
    expect(upwardImports(planted('errors.ts', 'contract/store.ts'))).toEqual(['errors.ts imports contract/store.ts'])
    expect(upwardImports(planted('dispatch/entry.ts', 'limiter.ts'))).toEqual(['dispatch/entry.ts imports limiter.ts'])
  })

  test('circle of two files, and of more', () => {
    expect(circles(planted('dispatch/entry.ts', 'dispatch/queue.ts'))).toEqual([
      'dispatch/queue.ts → dispatch/entry.ts → dispatch/queue.ts',
    ])
    expect(circles(planted('errors.ts', 'limiter.ts'))).not.toEqual([])
  })

  test('dependency or built-in', () => {
    expect(foreignImports(planted('errors.ts', 'ms', 'node:fs', builtinModules[0] ?? ''))).toHaveLength(3)
  })

  test('file outside of the layers', () => {
    expect(() => layerOf('helpers/map.ts')).toThrow('helpers/map.ts has no layer')
  })

  test('import of any form', () => {
    const text = [
      `import a from 'a'`,
      `import 'b'`,
      `export * from "c"`,
      `const d = await import('d')`,
      `require('e')`,
      `import type { F } from 'f'`,
      `type G = import('g').G`,
      ` * import { h } from 'h' in a comment`,
    ].join('\n')
    expect(specifiersIn(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })
})
