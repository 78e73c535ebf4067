import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * The next message of a child process.
 *
 * @throws when the process ends before that.
 */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const message = once(child, 'message', over).then(([value]): unknown => value)
  const exit = once(child, 'exit', over).then(([code, signal]): never => {
    throw new Error(`a child process ended (${code ?? signal}) without an answer`)
  })
  for (const each of [message, exit]) each.catch(() => {}) // the one that loses the race
  try {
    return await Promise.race([message, exit])
  } finally {
    over.abort()
  }
}
