import { readFileSync } from 'node:fs'
import { HELP, OVERVIEW } from './arguments/help.ts'
import { parseOrder } from './arguments/parse.ts'
import { peek } from './commands/peek.ts'
import { reset } from './commands/reset.ts'
import type { Terminal } from './commands/terminal.ts'
import { top } from './commands/top.ts'
import { openServer } from './connect/open.ts'
import { targetOf } from './connect/target.ts'
import { EXIT, Failure } from './failure.ts'
import { escapeUnsafe } from './show/safe-text.ts'

/**
 * Runs one command line.
 *
 * @param args Behind `rl`.
 * @returns the exit code.
 */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  try {
    return await runOrder(args, env, terminal)
  } catch (error) {
    const { message, exitCode } = error instanceof Failure ? error : internalFailure(error)
    terminal.note(`rl: ${escapeUnsafe(message)}\n`)
    return exitCode
  }
}

async function runOrder(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const order = parseOrder(args)
  if (order.command === 'help') {
    terminal.print(`${order.about === undefined ? OVERVIEW : HELP[order.about]}\n`)
    return EXIT.done
  }
  if (order.command === 'version') {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    terminal.print(`${version}\n`)
    return EXIT.done
  }
  const server = await openServer(targetOf(env), order)
  try {
    switch (order.command) {
      case 'peek':
        return await peek(order, server, terminal)
      case 'top':
        return await top(order, server, terminal)
      case 'reset':
        return await reset(order, server, terminal)
    }
  } finally {
    server.close()
  }
}

/** A mistake of ours. The message of an unknown error may hold anything, so only its kind and its place are shown. */
export function internalFailure(error: unknown): Failure {
  const [place = ''] = (error instanceof Error ? error.stack : undefined)?.match(/(?<=\/)[\w.-]+:\d+:\d+/) ?? []
  const kind = error instanceof Error ? error.constructor.name : typeof error
  return new Failure(`an error of rl itself, ${kind} at ${place}: please report it`)
}
