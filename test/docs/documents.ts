import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The repository. */
export const ROOT: string = join(import.meta.dirname, '../..')

/** A page of the documentation. */
export interface Document {
  /** From the root of the repository, such as `packages/core/README.md`. */
  readonly path: string
  readonly text: string
}

/** Modules that a package's README does not name, such as `@rl/core/calendar`. */
export function unnamedModules({ path, text }: Document): readonly string[] {
  const { name, exports = {} } = JSON.parse(readFileSync(join(ROOT, dirname(path), 'package.json'), 'utf8'))
  const modules = Object.keys(exports).map((key) => name + key.slice(1))
  return modules.filter((module) => !new RegExp(`${module}(?![/\\w-])`).test(text))
}

/** Every page that a user reads, as it stands. */
export function readDocuments(): readonly Document[] {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  )
  const paths = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pages.map((name) => `docs/${name}`)]
  for (const folder of ['packages', 'apps']) {
    const readmes = readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}/README.md`)
    paths.push(...readmes.filter((path) => existsSync(join(ROOT, path))))
  }
  return paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}
