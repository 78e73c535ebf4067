import { readdir, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { expect, test } from 'vitest'

const SOURCES = new URL('../src/', import.meta.url)
const ALLOWED = ['@noble/hashes', 'ms']

/** Every module that a source names, whether it imports, re-exports, or imports it lazily. */
function specifiers(text: string): string[] {
  return Array.from(text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])([^'"]+)\1/g), (match) => match[2] ?? '')
}

test('core imports nothing but its own files and its two dependencies', async () => {
  const names = (await readdir(SOURCES, { recursive: true })).filter((name) => name.endsWith('.ts'))
  expect(names).toContain('index.ts')
  const foreign: string[] = []
  for (const name of names) {
    const file = new URL(name, SOURCES)
    for (const specifier of specifiers(await readFile(file, 'utf8'))) {
      const own = specifier.startsWith('.') && new URL(specifier, file).href.startsWith(SOURCES.href)
      if (!own) foreign.push(specifier)
    }
  }
  const packages = new Set(foreign.map((specifier) => specifier.replace(/^(@[^/]+\/[^/]+|[^/]+).*$/, '$1')))
  expect([...packages].sort()).toEqual(ALLOWED)
  expect(foreign.filter((specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier))).toEqual([])
})

test('its package.json declares exactly these', async () => {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  expect(Object.keys((manifest as { dependencies: object }).dependencies).sort()).toEqual(ALLOWED)
})

test('the scan sees every form of import', () => {
  const text = `import a from 'a'\nimport 'b'\nexport * from "c"\nawait import('d')\nrequire('e')\nimport type { F } from 'f'`
  expect(specifiers(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})
