import type { Document } from './documents.ts'

/** A fenced block of a page. */
export interface Block {
  /** The language behind the opening fence, such as `ts`. */
  readonly language: string
  /** The words of `<!-- snippet: … -->` on the line above, if it is there. */
  readonly note: string | undefined
  /** Number, from 1, of the first line inside the fences. */
  readonly firstLine: number
  readonly lines: readonly string[]
}

const FENCE = /^```(\S*)/
const NOTE = /^<!-- snippet: (\S+) -->$/

/** @throws for a fence that is never closed, and for a note that no block follows. */
export function blocksOf({ path, text }: Document): readonly Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const note = NOTE.exec(lines[at] ?? '')?.[1]
    if (note !== undefined) at++
    const language = FENCE.exec(lines[at] ?? '')?.[1]
    at++
    if (language === undefined) {
      if (note !== undefined) throw new Error(`${path}:${at}: a snippet note must stand right above a block`)
      continue
    }
    const end = lines.findIndex((line, i) => i >= at && line === '```')
    if (end < 0) throw new Error(`${path}:${at}: the block does not end`)
    blocks.push({ language, note, firstLine: at + 1, lines: lines.slice(at, end) })
    at = end + 1
  }
  return blocks
}

/** Whether it shows a file of the repository, which its note names: that is run as what it is. */
export function isCopy({ note }: Block): boolean {
  return note?.includes('/') ?? false
}

/** A page without its blocks and their fences, line by line. */
export function proseOf(document: Document): string {
  const lines = document.text.split('\n')
  for (const { firstLine, lines: inside } of blocksOf(document)) {
    lines.fill('', firstLine - 2, firstLine + inside.length)
  }
  return lines.join('\n')
}
