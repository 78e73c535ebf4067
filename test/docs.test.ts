import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusedUnder } from './docs/acl.ts'
import { ask, expected } from './docs/answers.ts'
import { blocksOf, isCopy, proseOf } from './docs/blocks.ts'
import { problemWith, problemWithScript } from './docs/commands.ts'
import { ROOT, readDocuments, unnamedModules } from './docs/documents.ts'
import { neverInstalled } from './docs/installs.ts'
import { brokenLinks } from './docs/links.ts'
import { programsOf } from './docs/programs.ts'
import { quotedFigures } from './docs/quoted-figures.ts'
import { LATE, named, testPrograms, withinAMinute } from './docs/runs.ts'

const documents = readDocuments()
const programs = documents.flatMap(programsOf)
// Those in Bun and Deno are part of `runtimes`.
const serving = programs.filter(({ serves = '' }) => ['server', 'function', 'worker'].includes(serves))

describe('snippets', () => {
  const stage = testPrograms(programs)

  test.each(named(serving))(
    '%s serves',
    async (_, program) => {
      expect(program.answers, 'it says what it answers').not.toEqual([])
      await withinAMinute(async () => {
        const { servers, workspace } = stage
        await servers.empty()
        const served = await workspace.serve(program, servers.env)
        try {
          const answers: Record<number, number>[] = []
          for (const each of program.answers) answers.push(await ask(served.url, each))
          const { stderr } = served
          const check = () =>
            expect({ answers, stderr }).toEqual({ answers: program.answers.map(expected), stderr: '' })
          const failed = answers.flatMap(Object.keys).some((status) => Number(status) >= 500)
          return { check, conclusive: !failed && !stderr.includes(LATE) }
        } finally {
          await served.stop()
        }
      })
    },
    120_000,
  )

  test.each(blocks('acl'))('%s is a rule with all the rights that an adapter needs, and no more', async (_, rule) => {
    expect(await refusedUnder(stage.servers.redis, rule)).toEqual([])
    const words = rule.split(' ')
    const rights = words.filter((word) => word.startsWith('+'))
    expect(rights).not.toEqual([])
    for (const right of rights) {
      const without = words.filter((word) => word !== right).join(' ')
      expect(await refusedUnder(stage.servers.redis, without)).toContain(right.slice(1))
    }
  })
})

test.each(documents.filter(({ path }) => path.startsWith('packages/')))('$path names all modules', (readme) => {
  expect(unnamedModules(readme)).toEqual([])
})

test('README.md quotes figures as the pages that measured them have them', () => {
  const text = documents.find(({ path }) => path === 'README.md')?.text.replaceAll(/\s+/g, ' ')
  for (const figure of quotedFigures()) expect(text).toContain(figure)
})

describe.each(documents.map((document) => [document.path, document] as const))('%s', (_, document) => {
  test('shows files as they are', () => {
    for (const { note, lines } of blocksOf(document).filter(isCopy)) {
      const path = join(ROOT, dirname(document.path), note ?? '')
      expect(`${lines.join('\n')}\n`).toBe(readFileSync(path, 'utf8'))
    }
  })

  test('shows commands that exist', () => {
    const shown = blocksOf(document).filter(({ language }) => language === 'sh')
    const lines = shown.flatMap((block) => block.lines).filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines.map(problemWith).filter((problem) => problem !== undefined)).toEqual([])
  })

  test('has all packages installed that the snippets of a section import', () => {
    expect(neverInstalled(document)).toEqual([])
  })

  test('speaks of scripts that exist', () => {
    const spoken = Array.from(proseOf(document).matchAll(/npx --yes pnpm@12 ([^`\n]+)`/g), ([, args = '']) => args)
    const problems = spoken.map((args) => problemWithScript(args.split(' ')))
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
  })

  test('has no link into the repository that leads nowhere', () => {
    expect(brokenLinks(document)).toEqual([])
  })
})

/** Blocks in a language, by where they stand. */
function blocks(language: string): [name: string, text: string][] {
  return documents.flatMap((document) =>
    blocksOf(document)
      .filter((block) => block.language === language)
      .map(({ firstLine, lines }): [string, string] => [`${document.path}:${firstLine}`, lines.join('\n')]),
  )
}
