import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const ROOT: string = join(fileURLToPath(import.meta.url), '../../../../..')

/** Markdown files that are no pages of the site. */
export const EXCLUDED: readonly string[] = [
  '.*/**',
  '**/.*/**',
  '**/{src,test,build,dist,consumer,suites,figures}/**',
  'test/**',
  'scripts/**',
  '**/CHANGELOG.md',
  '**/*.template.md',
]

/** Where the address of a page differs from the path of its file; both from the root of the repository. */
export function addressOf(file: string): string {
  const [folder, name] = file.split('/')
  if (file === 'README.md') return 'introduction.md'
  if (file.startsWith('apps/site/pages/')) return file.slice('apps/site/pages/'.length)
  if (file.startsWith('docs/')) return file.slice('docs/'.length)
  if (file.endsWith('/README.md') && (folder === 'packages' || folder === 'apps')) return `${folder}/${name}.md`
  return file.toLowerCase()
}

/** Files of the site's pages, from the root of the repository. */
export function pageFiles(): readonly string[] {
  const below = (folder: string): readonly string[] =>
    readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`)
  const readmes = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(`${ROOT}/${folder}`)
      .filter((name) => readdirSync(`${ROOT}/${folder}/${name}`).includes('README.md'))
      .map((name) => `${folder}/${name}/README.md`),
  )
  const own = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
  return [...own, ...below('docs'), ...below('apps/site/pages'), ...readmes]
}
