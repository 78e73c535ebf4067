// Makes src/script/text.generated.ts of src/script/script.lua: the script, shortened, and its SHA-1, for Redis and for Upstash.
// Run by `build`; a test fails if the generated file is not of today's script.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { shortenLua } from './shorten-lua.mjs'

export { shortenLua }

const FOLDER = new URL('../src/script/', import.meta.url)
const OUTPUT = new URL('text.generated.ts', FOLDER)

/** Source of the generated module. */
export function generate() {
  const text = shortenLua(readFileSync(new URL('script.lua', FOLDER), 'utf8'), ['IN_PLACE'])
  const upstash = `#!lua flags=allow-key-locking\n${replaceOnce(text, 'IN_PLACE=true', 'IN_PLACE=false')}`
  return [
    '// Generated from script.lua by build/script.mjs. Do not edit.',
    `export const REDIS_TEXT: string = ${literal(text)}`,
    `export const REDIS_SHA = '${sha1(text)}'`,
    `export const UPSTASH_TEXT: string = \`#!lua flags=allow-key-locking\\n\${REDIS_TEXT.replace('IN_PLACE=true', 'IN_PLACE=false')}\``,
    `export const UPSTASH_SHA = '${sha1(upstash)}'`,
    '',
  ].join('\n')
}

/** A template literal, so that the generated file can be read line by line. */
function literal(text) {
  if (!/^[\n\x20-\x7e]+$/.test(text))
    throw new Error('the script must be plain ASCII: clients encode anything else differently')
  return `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``
}

function replaceOnce(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`not once in the script: ${from}`)
  return text.replace(from, to)
}

function sha1(text) {
  return createHash('sha1').update(text).digest('hex')
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(OUTPUT, generate())
