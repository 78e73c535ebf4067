import { setTimeout as sleep } from 'node:timers/promises'

/** How long a server may take to become ready, in milliseconds: far beyond what a slow machine needs. */
const LIMIT_MS = 60_000
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 50

/**
 * Calls `check` until it returns something other than undefined, and resolves with that. When `check` rejects, so does
 * this. Rejects after a minute, naming `what`.
 *
 * @example await poll('the key to expire', async () => ((await get('key')) === null ? true : undefined))
 */
export async function poll<T>(what: string, check: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = Date.now() + LIMIT_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(1.2 * pause, LONGEST_PAUSE_MS)) {
    const value = await check()
    if (value !== undefined) return value
    if (Date.now() > giveUpAt) throw new Error(`Gave up waiting for ${what} after ${LIMIT_MS / 1000} s`)
    await sleep(pause)
  }
}
