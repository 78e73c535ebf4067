import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blocksOf } from '../../../test/docs/blocks.ts'
import { readDocuments } from '../../../test/docs/documents.ts'
import { runJest, type Setup } from '../src/jest-projects.ts'

const page = readDocuments().find(({ path }) => path === 'docs/testing.md')
const blocks = page === undefined ? [] : blocksOf(page)

/** The block of the page under this note. */
function shown(note: string): string {
  const block = blocks.find((each) => each.note === note)
  if (block === undefined) throw new Error(`docs/testing.md shows no ${note}`)
  return `${block.lines.join('\n')}\n`
}

/** A test of this app, which TypeScript takes as it is. */
function ownTest(name: string): string {
  return `// @ts-nocheck\n${readFileSync(join(import.meta.dirname, `../jest/${name}.js`), 'utf8')}`
}

const modules = { 'package.json': '{ "type": "module" }' }
const SETUPS: readonly Setup[] = [
  { name: 'ES modules', installedBy: 'npm', vmModules: true, extension: 'js', files: modules },
  {
    name: 'ES modules in TypeScript',
    installedBy: 'pnpm',
    vmModules: true,
    extension: 'ts',
    files: { ...modules, 'jest.config.js': shown('jest-esm.config.js'), 'tsconfig.json': shown('tsconfig.json') },
  },
  {
    name: 'CommonJS by Babel',
    installedBy: 'pnpm',
    vmModules: false,
    extension: 'js',
    files: {
      'package.json': '{}',
      'jest.config.js': shown('jest-babel.config.js'),
      'babel.config.js': shown('babel.config.js'),
    },
  },
  {
    name: 'CommonJS in TypeScript',
    installedBy: 'npm',
    vmModules: false,
    extension: 'ts',
    files: {
      'package.json': '{}',
      'jest.config.js': shown('jest-cjs.config.js'),
      'tsconfig.json': shown('tsconfig.json'),
    },
  },
]

test.each(SETUPS.map((setup) => [setup.name, setup] as const))(
  'Jest with %s loads the packages, and its fake timers move their windows and deadlines',
  async (_, setup) => {
    const { code, output } = await runJest(setup, {
      limits: shown('jest'),
      later: ownTest('later-store'),
      testing: ownTest('testing'),
    })
    expect(output).toMatch(/^Tests: +8 passed, 8 total$/m)
    expect(output).not.toMatch(/warn/i)
    expect(code).toBe(0)
  },
  180_000,
)
