// Serves the playground alone on this machine: a page, its script and its style sheet, built of the sources at each request.
import { copyFileSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { context } from 'esbuild'

const SOURCES = new URL('../src/playground/', import.meta.url)
const OUTPUT = fileURLToPath(new URL('../dist/playground/', import.meta.url))
const path = (name) => fileURLToPath(new URL(name, SOURCES))

/** @param port 0: any free one. */
export async function servePlayground(port) {
  mkdirSync(OUTPUT, { recursive: true })
  copyFileSync(path('page.html'), `${OUTPUT}index.html`)
  const built = await context({
    entryPoints: { page: path('page.ts'), 'page-style': path('style/page.css') },
    outdir: OUTPUT,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@rl/source'],
    target: ['es2024', 'chrome123', 'firefox120', 'safari17.5'],
    sourcemap: 'inline',
    logLevel: 'warning',
    write: false,
  })
  const server = await built.serve({ servedir: OUTPUT, host: '127.0.0.1', port })
  return { url: `http://127.0.0.1:${server.port}/`, close: () => built.dispose() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 4173)
  try {
    const { url } = await servePlayground(port)
    console.log(`The playground is at ${url} until you press Ctrl-C.`)
  } catch (error) {
    console.error(`Port ${port} can't be used (${error.message}). Set PORT to another, or to 0 for any free one.`)
    process.exit(1)
  }
}
