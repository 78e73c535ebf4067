import { type Answers, answersIn } from './answers.ts'
import { type Block, blocksOf, isCopy } from './blocks.ts'
import type { Document } from './documents.ts'

/**
 * A module made of a page's `ts` blocks. A block is a separate program, unless a note above it says otherwise:
 * - `<!-- snippet: continue -->`: it goes on with the program of the block before it;
 * - `<!-- snippet: my-store.ts -->`: it is a file that other blocks of the page can import as `./my-store.ts`;
 * - `<!-- snippet: my-store.test.ts -->`: such a file, which vitest runs;
 * - `<!-- snippet: test/my-store.test.ts -->`, with a slash: it shows that file of the repository, and is no program;
 * - `<!-- snippet: server -->`: it goes on serving, on the port in `PORT`, until it is ended. Its comments say what it answers.
 *   Likewise `function` (what it exports is served), `worker` (in workerd), and `bun` and `deno`, where `runtimes` runs it;
 * - `<!-- snippet: jest -->`: Jest runs it.
 */
export interface Program {
  /** Where it begins, such as `README.md:12`. */
  readonly name: string
  /** Relative path, such as `packages-core-README/12.ts`. */
  readonly file: string
  /** The code, every line at the number that it has in the page, so that errors name the right one. */
  readonly code: string
  /** Its claims about output, by `// prints …` comments. An ellipsis in one stands for anything. */
  readonly prints: readonly string[]
  /** The runner, if it is a test. */
  readonly testedBy: 'vitest' | 'jest' | undefined
  /** Where it serves, if it does. */
  readonly serves: Serves | undefined
  /** Its claims about answers, by `// GET / answers …` comments. */
  readonly answers: readonly Answers[]
}

const SERVES = ['server', 'function', 'worker', 'bun', 'deno'] as const

/** Where a program that serves runs. */
type Serves = (typeof SERVES)[number]

export function programsOf(document: Document): readonly Program[] {
  const groups: [Block, ...Block[]][] = []
  for (const block of blocksOf(document)) {
    if (block.language !== 'ts' || isCopy(block)) continue
    if (block.note !== 'continue') groups.push([block])
    else if (groups.length > 0) groups.at(-1)?.push(block)
    else throw new Error(`${document.path}:${block.firstLine}: there is no program to go on with`)
  }
  const folder = document.path.replaceAll('/', '-').replace(/\.md$/, '')
  return groups.map((blocks) => {
    const [{ firstLine, note }] = blocks
    const code = layOut(blocks)
    const serves = SERVES.find((each) => each === note)
    return {
      name: `${document.path}:${firstLine}`,
      file: `${folder}/${serves === undefined && note?.includes('.') ? note : `${firstLine}.ts`}`,
      code,
      prints: Array.from(code.matchAll(/\/\/ prints (.*)$/gm), ([, text = '']) => text),
      testedBy: note === 'jest' ? 'jest' : note?.endsWith('.test.ts') ? 'vitest' : undefined,
      serves,
      answers: answersIn(code),
    }
  })
}

function layOut(blocks: readonly Block[]): string {
  const lines: string[] = []
  for (const { firstLine, lines: own } of blocks) {
    while (lines.length < firstLine - 1) lines.push('')
    lines.push(...own)
  }
  return `${lines.join('\n')}\n`
}
