import { expect } from 'vitest'
import type { Program } from './programs.ts'
import type { Servers } from './servers.ts'
import type { Ended, Workspace } from './workspace.ts'

const ATTEMPTS = 5
/** The message of a limiter when a busy machine lets its deadline pass. */
export const LATE = 'did not answer within'

/** Runs a program to its end. It writes nothing to stderr, and prints what it says it prints. */
export async function runsAsShown(program: Program, workspace: Workspace, servers: Servers): Promise<void> {
  await withinAMinute(async () => {
    await servers.empty()
    const ended = await workspace.run(program, servers.env)
    const conclusive = ended.code === 'killed' || !ended.stderr.includes(LATE)
    return { check: () => expectSuccess(ended, program), conclusive }
  })
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
