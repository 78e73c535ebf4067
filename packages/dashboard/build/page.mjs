// Makes src/page/page.generated.ts: the page's html, script and style sheet as texts, all that a browser loads. And the licences of
// what is bundled. Run by `build`; a test fails if a file is not of today's sources.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const FOLDER = new URL('../src/page/', import.meta.url)
const OUTPUT = new URL('page.generated.ts', FOLDER)
const LICENSES = new URL('../THIRD-PARTY-LICENSES.txt', import.meta.url)
const BUNDLED = ['preact', 'htm', 'uplot']
/** Browsers since 2023, which know nested styles and `color-mix`. */
const TARGET = ['es2022', 'chrome120', 'firefox117', 'safari17']
const NOTICE = '/*! preact (MIT), htm (Apache-2.0), uPlot (MIT): see THIRD-PARTY-LICENSES.txt of @rl/dashboard */'

/** Source of the generated module. */
export function generate() {
  return [
    '// Generated from src/page by build/page.mjs. Do not edit.',
    `export const PAGE_HTML: string = ${literal(readFileSync(new URL('page.html', FOLDER), 'utf8'))}`,
    `export const PAGE_CSS: string = ${literal(bundle('style/page.css', 'css'))}`,
    `export const PAGE_JS: string = ${literal(bundle('main.ts', 'js'))}`,
    '',
  ].join('\n')
}

/** The notices that the licences of the bundled libraries ask for. */
export function licenses() {
  return BUNDLED.map((name) => {
    const text = readFileSync(new URL(`../node_modules/${name}/LICENSE`, import.meta.url), 'utf8')
    return `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`
  }).join('\n\n')
}

function bundle(entry, kind) {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(entry, FOLDER))],
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    legalComments: 'none',
    banner: { [kind]: NOTICE },
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0].text
}

/** A template literal, so that the generated file has the lines of the text. */
function literal(text) {
  return `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(OUTPUT, generate())
  writeFileSync(LICENSES, licenses())
}
