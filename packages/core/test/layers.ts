import { readdir, readFile } from 'node:fs/promises'

/** Lowest first. Names in one array are one layer: its files may import each other, but not in a circle. */
export const LAYERS: readonly (readonly string[])[] = [
  ['errors'],
  ['contract'],
  ['options'],
  ['identity', 'dispatch', 'calendar'],
  ['decision'],
  ['fast-paths'],
  ['limiter', 'limiter-options', 'rate-limiter'],
  ['receipts', 'observe', 'wait-queue', 'shadow', 'operate'],
  ['index'],
]

/** Imports by file, both as paths within the sources; what is no file of these stays as it is written. */
export type Imports = ReadonlyMap<string, readonly string[]>

export async function importsOf(sources: URL): Promise<Imports> {
  const names = (await readdir(sources, { recursive: true })).filter((name) => /\.tsx?$/.test(name))
  const read = async (name: string): Promise<[string, string[]]> => {
    const file = new URL(name, sources)
    const specifiers = specifiersIn(await readFile(file, 'utf8'))
    return [name, specifiers.map((each) => (each.startsWith('.') ? within(sources, new URL(each, file)) : each))]
  }
  return new Map(await Promise.all(names.map(read)))
}

function within(sources: URL, file: URL): string {
  return file.href.startsWith(sources.href) ? file.href.slice(sources.href.length) : file.href
}

/** Every module that a text names, whether it imports, re-exports, imports lazily or only a type. */
export function specifiersIn(text: string): string[] {
  return Array.from(
    withoutComments(text).matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])([^'"]+)\1/g),
    (match) => match[2] ?? '',
  )
}

export function withoutComments(text: string): string {
  return text.replace(/^\s*(\*|\/\*|\/\/).*$/gm, '').replace(/\s\/\/ .*$/gm, '')
}

/** The folder of a file, or its own name if it is in none. */
export function placeOf(file: string): string {
  return file.replace(/\/.*$|\.ts$/, '')
}

export function layerOf(file: string): number {
  const place = placeOf(file)
  const layer = LAYERS.findIndex((each) => each.includes(place))
  if (layer < 0) throw new Error(`${file} has no layer`)
  return layer
}
