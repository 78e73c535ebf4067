// The API reference as pages under `api` of the built site.
import { join } from 'node:path'
import { readReference, SITE } from './reference.mjs'

const { app, project } = await readReference()
app.validate(project)
await app.generateDocs(project, join(SITE, '.vitepress/dist/api'))
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
