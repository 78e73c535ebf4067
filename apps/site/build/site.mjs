// Builds the site: the playground, the docs and the API reference, into .vitepress/dist. A dead link is an error.
import { build } from 'vitepress'
import { SITE, writeReference } from './reference.mjs'

await build(SITE)
await writeReference()
