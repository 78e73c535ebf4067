import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { parseAst } from 'vitest/node'
import { ROOT } from '../docs/documents.ts'

/** Packages whose errors people meet. */
const PACKAGES = [
  'core',
  'memory',
  'redis-script',
  'ioredis',
  'node-redis',
  'upstash',
  'postgres',
  'durable-objects',
  'http',
  'otel',
  'testing',
  'valkey-glide',
]

/** Files whose texts are for machines. */
const FOR_MACHINES = [
  'durable-objects/src/object/table.ts',
  ...['adjust', 'apply', 'clear', 'tables', 'take', 'usual-takes', 'windows', 'write'].map(
    (name) => `postgres/src/sql/${name}.ts`,
  ),
  'redis-script/src/codec/encode.ts',
  'redis-script/src/script/text.generated.ts',
  'http/src/asking/problem.ts',
  'http/src/fields/draft-7.ts',
  'otel/src/metrics/instruments.ts',
  'testing/src/assertions/decisions.ts', // what a test shows
  'testing/src/assertions/responses.ts', // likewise
  'testing/src/assertions/verdict.ts', // likewise
]

/** Other texts of several words that no error has. */
const NO_ERRORS = [
  'added after a full one', // why the send policy is asked
  'this turn',
  'node error', // an event of ioredis
  'recommended by @rl/node-redis', // the description of a symbol
  'ioredis cluster', // a label
  'valkey-glide cluster', // likewise
  'a client of GLIDE', // which never sends again
  'Unable to execute requests; the client is closed', // what GLIDE says
  'Reached maximum inflight requests', // likewise
  '@rl: … (Shown once per process.)', // around each warning
]

/** A text of the sources, with `…` for what is put into it. */
export interface SourceText {
  readonly file: string
  readonly text: string
}

/** All texts of two words and more in the sources: nearly all of them are of errors and warnings. */
export function sourceTexts(): readonly SourceText[] {
  return PACKAGES.flatMap((name) => filesIn(`${name}/src`))
    .filter((file) => !FOR_MACHINES.includes(file))
    .flatMap((file) => textsIn(readFileSync(join(ROOT, 'packages', file), 'utf8')).map((text) => ({ file, text })))
    .filter(({ text }) => !text.includes('(?:') && !NO_ERRORS.includes(text))
}

/** Whether all words of a text are in what a page shows: as they are, or the first of them with `…` for the rest. */
export function isShown(text: string, shown: readonly string[]): boolean {
  return wordsOf(text).every((words) => shown.some((each) => each.includes(words) || abbreviates(each, words)))
}

function abbreviates(shown: string, words: string): boolean {
  const beginnings = words.split(' ').map((_, i, all) => all.slice(0, i + 1).join(' '))
  const parts = shown.split('…').slice(0, -1)
  return parts.some((part) => beginnings.slice(1).some((beginning) => part.trimEnd().endsWith(beginning)))
}

/** The texts between the `…`, if they are at least two words. */
function wordsOf(text: string): readonly string[] {
  return text
    .split('…')
    .map((part) => part.trim())
    .filter((part) => /[a-z]+[^a-z ]* [a-z]/i.test(part))
}

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, 'packages', folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`)
}

/** Literals and templates, those that are put together by `+` as one. */
function textsIn(source: string): readonly string[] {
  const { code } = transformSync(source, { loader: 'ts', minifySyntax: true })
  const texts: string[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, value, quasis } = node as { type?: string; value?: unknown; quasis?: { value: { cooked: string } }[] }
    if (type === 'Literal' && typeof value === 'string') texts.push(value)
    if (type === 'TemplateLiteral') texts.push((quasis ?? []).map((quasi) => quasi.value.cooked).join('…'))
    for (const part of Object.values(node)) visit(part)
  }
  visit(parseAst(code))
  return texts
}
