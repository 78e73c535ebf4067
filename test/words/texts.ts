import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { proseOf } from '../docs/blocks.ts'
import { ROOT, readDocuments } from '../docs/documents.ts'

/** A piece of text and the file that it stands in. */
export interface Text {
  readonly file: string
  readonly text: string
}

const FOLDERS = ['packages', 'apps', 'test', 'scripts']
const CODE = /\.(ts|tsx|mjs|lua)$/
const SKIPPED = /\.generated\.ts$|^test\/words\//
const COMMENT = /^\s*(?:\/\*\*|\*|\/\/|--)\s?(.*)$/
const TRAILING = /\s(?:\/\/|--)\s(.*)$/
const STRING = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`/g

/** Everything that people read: pages, comments, messages and names of tests, in sentences. */
export function sentences(): readonly Text[] {
  const pages = readDocuments().flatMap((document) =>
    paragraphs(proseOf(document)).map((text) => ({ file: document.path, text })),
  )
  return [...pages, ...codeFiles().flatMap(textsOf)].flatMap(({ file, text }) =>
    text.split(/(?<=[.?!])\s+/).map((sentence) => ({ file, text: sentence.replace(/[\s*/]+$/, '') })),
  )
}

/** As git knows them: folders that come and go while other tests run are not read. */
function codeFiles(): readonly string[] {
  const known = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...FOLDERS], {
    cwd: ROOT,
  })
  const files = known.toString().split('\n')
  return files.filter((file) => CODE.test(file) && !SKIPPED.test(file) && existsSync(join(ROOT, file)))
}

/** Without headings, list marks and tables' bars. */
function paragraphs(prose: string): readonly string[] {
  const lines = prose
    .split('\n')
    .map((line) => (line.startsWith('#') ? '' : line.replace(/^\s*(?:[-*>]|\d+\.)\s+/, '\n')))
  return lines
    .join('\n')
    .split(/\n\s*\n|\s\|\s/)
    .map((text) => text.replace(/\s*\n\s*/g, ' ').trim())
}

function textsOf(file: string): readonly Text[] {
  const texts: string[] = []
  let comment: string[] = []
  for (const line of readFileSync(join(ROOT, file), 'utf8').split('\n')) {
    const [, words] = COMMENT.exec(line) ?? []
    if (words !== undefined) {
      comment.push(words.replace(/^@\w+\s*(?:\w+ -)?/, ''))
      continue
    }
    texts.push(...paragraphs(comment.join('\n')))
    comment = []
    const [, trailing] = TRAILING.exec(line) ?? []
    if (trailing !== undefined) texts.push(trailing)
    texts.push(...Array.from(line.matchAll(STRING), ([, a, b, c]) => a ?? b ?? c ?? ''))
  }
  return texts.map((text) => ({ file, text }))
}
