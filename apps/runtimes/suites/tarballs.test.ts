import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { publicPackages } from '../src/packages.ts'
import { ROOT } from '../src/root.ts'

const packages = await publicPackages()
const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

test('all packages have one version', () => {
  expect(new Set(packages.map(({ version }) => version)).size).toBe(1)
})

/** Their types need those of a library, which the consumer does not have. */
const NEED_A_LIBRARY = [
  '@rl/http/express-rate-limit',
  '@rl/http/fastify',
  '@rl/http/hono',
  '@rl/nestjs',
  '@rl/testing/jest',
  '@rl/testing/vitest',
]

/** Modules that are imported for what they do, not for what they export. */
const EFFECTS: Readonly<Record<string, readonly string[]>> = {
  '@rl/testing': ['./dist/jest.js', './dist/vitest.js', './src/jest.ts', './src/vitest.ts'],
}

const FILES = /^(LICENSE|README\.md|THIRD-PARTY-LICENSES\.txt|package\.json|(dist|src|grafana|prometheus)\/.+)$/

test('the declarations of all other entries are compiled', () => {
  const declarations = readFileSync(join(ROOT, 'apps/runtimes/consumer/declarations.ts'), 'utf8')
  const named = Array.from(declarations.matchAll(/ from '(.+)'/g), ([, entry]) => entry)
  const entries = packages.flatMap(({ name, exports = {} }) => Object.keys(exports).map((path) => join(name, path)))
  expect([...named, ...NEED_A_LIBRARY].sort()).toEqual(entries.sort())
})

describe.each(packages.map(({ name }) => name))('%s', (name) => {
  const directory = join(inject('project'), 'node_modules', name)
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(directory, path)).isFile(),
  )
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))

  test('brings its licence, a README, its code and the sources that the source maps name, and nothing else', () => {
    const code = manifest.bin === undefined ? ['dist/index.js', 'src/index.ts'] : ['dist/main.js', 'src/main.ts']
    const needed = ['LICENSE', 'README.md', 'package.json', ...code]
    expect(needed.filter((path) => !files.includes(path))).toEqual([])
    expect(files.filter((path) => !FILES.test(path))).toEqual([])
    const maps = files.filter((path) => path.endsWith('.map'))
    const sources = maps.flatMap((path) => sourcesOf(directory, path))
    expect(sources).not.toEqual([])
    const gone = sources.filter((path) => !files.includes(path))
    expect(gone, 'dist was built from files that are gone: delete it, and build again').toEqual([])
  })

  test('says what npm shows of it and needs to publish it', () => {
    const folder = `packages/${name.replace('@rl/', '')}`
    const site = repository.url.replace(/^git\+|\.git$/g, '')
    expect(manifest).toMatchObject({
      license: 'MIT',
      repository: { ...repository, directory: folder },
      homepage: `${site}/tree/main/${folder}#readme`,
      bugs: `${site}/issues`,
      description: expect.stringMatching(/\w+ \w+/),
      keywords: expect.arrayContaining(['rate limiter']),
      type: 'module',
      sideEffects: EFFECTS[name] ?? false,
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
    })
  })

  test('depends on what can be installed', () => {
    const published = new Map(packages.map((other) => [other.name, `^${other.version}`]))
    const ranges = Object.entries<string>({ ...manifest.dependencies, ...manifest.peerDependencies })
    const ours = ranges.filter(([dependency]) => dependency.startsWith('@rl/'))
    expect(ours.map(([dependency, range]) => [dependency, range])).toEqual(
      ours.map(([dependency]) => [dependency, published.get(dependency)]),
    )
    expect(ranges.filter(([, range]) => !/^(\^|>=)\d/.test(range))).toEqual([])
  })

  test('has a source, types and code behind each of its entries', () => {
    for (const entry of Object.values<Record<string, string>>(manifest.exports)) {
      expect(Object.keys(entry)).toEqual(['@rl/source', 'types', 'default'])
      for (const path of Object.values(entry)) expect(files).toContain(path.replace('./', ''))
    }
  })

  test('is checked before it is published', () => {
    expect(manifest.scripts['pack-check']).toBe('publint --strict && attw --pack . --profile esm-only')
  })

  test('names no directory of the machine it was packed on', () => {
    const naming = files.filter((path) => {
      const text = readFileSync(join(directory, path), 'utf8')
      return text.includes(ROOT) || text.includes(`${homedir()}/`)
    })
    expect(naming).toEqual([])
  })
})

function sourcesOf(directory: string, map: string): readonly string[] {
  const { sources } = JSON.parse(readFileSync(join(directory, map), 'utf8')) as { sources: readonly string[] }
  return sources.map((source) => join(map, '..', source))
}
