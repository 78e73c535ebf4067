// Reads the doc comments of all that published packages export.
import { join, relative } from 'node:path'
import { Application } from 'typedoc'
import { entryPoints, ROOT } from './entry-points.mjs'

export const SITE = join(ROOT, 'apps/site')

/** All entry points as TypeDoc reads them, each module named as it is imported. */
export async function readReference() {
  const sources = entryPoints()
  const app = await Application.bootstrap({
    name: '@rl API',
    entryPoints: [...sources.values()],
    tsconfig: join(SITE, 'tsconfig.api.json'),
    basePath: ROOT,
    // Each package is compiled under its own settings, by `types`.
    skipErrorChecking: true,
    readme: 'none',
    logLevel: 'Warn',
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    preservedTypeAnnotationTags: ['@throws'],
    disableGit: true,
    gitRevision: 'main',
    sourceLinkTemplate: 'https://github.com/rl/rl/blob/main/{path}#L{line}',
    hideGenerator: true,
    includeHierarchySummary: false,
    githubPages: false,
    navigationLinks: { Playground: '/', Docs: '/introduction.html' },
    validation: { notExported: false, invalidLink: true, rewrittenLink: true, notDocumented: false },
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('TypeDoc could not read the entry points.')
  const names = new Map([...sources].map(([name, source]) => [moduleName(source), name]))
  for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name
  return { app, project }
}

/** The API reference as pages under `api` of the built site. A link that leads nowhere is an error. */
export async function writeReference() {
  const { app, project } = await readReference()
  app.validate(project)
  await app.generateDocs(project, join(SITE, '.vitepress/dist/api'))
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('The API reference has the faults above.')
}

/** The name that TypeDoc gives a module, by its file. */
function moduleName(source) {
  return relative(ROOT, source)
    .replace(/\.ts$/, '')
    .replace(/\/index$/, '')
}
