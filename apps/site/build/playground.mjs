// The playground alone: a page, its script and its style sheet, built of the sources. With `--serve` on a port of this machine,
// built anew at each request.
import { copyFileSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, context } from 'esbuild'

const SOURCES = new URL('../src/playground/', import.meta.url)
const OUTPUT = fileURLToPath(new URL('../dist/playground/', import.meta.url))
const path = (name) => fileURLToPath(new URL(name, SOURCES))

const SETTINGS = {
  entryPoints: { page: path('page.ts'), 'page-style': path('style/page.css') },
  entryNames: '[name]',
  outdir: OUTPUT,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  conditions: ['@rl/source'],
  target: ['es2024', 'chrome123', 'firefox120', 'safari17.5'],
  sourcemap: 'linked',
  logLevel: 'warning',
}

const { values } = parseArgs({
  options: { serve: { type: 'boolean', default: false }, port: { type: 'string', default: '4173' } },
})
mkdirSync(OUTPUT, { recursive: true })
copyFileSync(path('page.html'), `${OUTPUT}index.html`)
if (values.serve) {
  const served = await context(SETTINGS)
  const { port } = await served.serve({ servedir: OUTPUT, host: '127.0.0.1', port: Number(values.port) })
  console.log(`Playground: http://127.0.0.1:${port}/ (end it with Ctrl-C)`)
} else {
  await build({ ...SETTINGS, minify: true })
}
