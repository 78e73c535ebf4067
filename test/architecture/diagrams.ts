import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { importsOf, LAYERS, placeOf } from '../../packages/core/test/layers.ts'
import { ROOT } from '../docs/documents.ts'
import type { Diagram } from './picture.ts'

const PACKAGES = join(ROOT, 'packages')
/** The prefix of all packages. */
const SCOPE = '@rl/'

/** The folders of core in their layers, by the imports of its files. */
export async function coreDiagram(): Promise<Diagram> {
  const files = await importsOf(pathToFileURL(join(PACKAGES, 'core/src/')))
  const imports = new Map<string, Set<string>>()
  for (const [file, named] of files) {
    const place = placeOf(file)
    const others = named.filter((other) => files.has(other)).map(placeOf)
    const known = imports.get(place) ?? []
    imports.set(place, new Set([...known, ...others.filter((other) => other !== place)]))
  }
  return { title: '@rl/core: what a layer imports is below it', rows: LAYERS.toReversed(), imports }
}

/** The published packages, each above those that it depends on. */
export function packagesDiagram(): Diagram {
  const imports = new Map<string, Set<string>>()
  for (const folder of readdirSync(PACKAGES).toSorted()) {
    const manifest = JSON.parse(readFileSync(join(PACKAGES, folder, 'package.json'), 'utf8'))
    if (manifest.private) continue
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const own = names.filter((name) => name.startsWith(SCOPE)).map((name) => name.slice(SCOPE.length))
    imports.set(manifest.name.slice(SCOPE.length), new Set(own))
  }
  const heightOf = (name: string): number => 1 + Math.max(-1, ...[...(imports.get(name) ?? [])].map(heightOf))
  const names = [...imports.keys()]
  const heights = [...new Set(names.map(heightOf))].toSorted().toReversed()
  const rows = heights.map((height) => names.filter((name) => heightOf(name) === height))
  return { title: 'Packages: what a package imports is below it', rows, imports }
}
