import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Program } from './programs.ts'
import { Servers } from './servers.ts'
import { type Ended, Workspace } from './workspace.ts'

const ATTEMPTS = 5
/** The message of a limiter when a busy machine lets its deadline pass. */
export const LATE = 'did not answer within'

/** Where programs run. There from the first test on. */
export interface Stage {
  readonly servers: Servers
  readonly workspace: Workspace
}

/**
 * Tests that the compiler has nothing to say against programs, and that each which ends by itself writes nothing to stderr, and
 * prints what it says it prints.
 */
export function testPrograms(programs: readonly Program[]): Stage {
  let servers: Servers
  let workspace: Workspace
  let complaints: readonly string[]

  beforeAll(async () => {
    workspace = new Workspace(programs)
    ;[servers, complaints] = await Promise.all([Servers.start(), workspace.compile()])
  })
  afterAll(async () => {
    workspace?.remove()
    await servers?.stop()
  })

  test('the compiler has nothing to say against any', () => {
    expect(complaints).toEqual([])
  })

  test.each(named(programs.filter(({ serves }) => serves === undefined)))(
    '%s runs, and prints what it says',
    async (_, program) => {
      await withinAMinute(async () => {
        await servers.empty()
        const ended = await workspace.run(program, servers.env)
        const conclusive = ended.code === 'killed' || !ended.stderr.includes(LATE)
        return { check: () => expectSuccess(ended, program), conclusive }
      })
    },
    120_000,
  )

  return {
    get servers() {
      return servers
    },
    get workspace() {
      return workspace
    },
  }
}

/** Programs by their names, as `test.each` takes them. */
export function named(programs: readonly Program[]): [name: string, program: Program][] {
  return programs.map((program) => [program.name, program])
}

/**
 * Checks a run. Snippets show calls that fall into one window and are answered in time, as they nearly always are. A run in
 * which a window may have ended, or a busy machine let the limiter's deadline pass, is no evidence, and is made again.
 */
export async function withinAMinute(run: () => Promise<{ check: () => void; conclusive: boolean }>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const minute = currentMinute()
    const { check, conclusive } = await run()
    try {
      check()
      return
    } catch (error) {
      if ((conclusive && currentMinute() === minute) || attempt === ATTEMPTS) throw error
    }
  }
}

function currentMinute(): number {
  return Math.floor(Date.now() / 60_000)
}

function expectSuccess(ended: Ended, { prints }: Program): void {
  expect(ended, ended.stdout).toMatchObject({ code: 0, stderr: '' })
  if (prints.length > 0) expect(withEllipses(ended.stdout.split('\n').slice(0, -1), prints)).toEqual(prints)
}

/** Printed lines, in the words of what was expected where they match it. */
function withEllipses(lines: readonly string[], expected: readonly string[]): readonly string[] {
  return lines.map((line, i) => {
    const parts = (expected[i] ?? '').split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`).test(line) ? (expected[i] ?? '') : line
  })
}
