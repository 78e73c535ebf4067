const FIRST_MS = 50
const LONGEST_MS = 400

/**
 * Milliseconds that a client waits before the n-th attempt to connect in a row: 25 to 50 at first, twice that each time,
 * and 200 to 400 from the fourth on. So calls succeed again well within a second after the server is back; the clients'
 * own delays grow to two seconds and more. Half of the delay is random, which spreads the attempts of many processes: a
 * thousand of them make at most 5000 attempts a second at a server that is down, a SYN and a RST each, and come back
 * over 200 ms rather than all at once.
 *
 * @param attempt from 1.
 * @example const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', { retryStrategy: reconnectDelay })
 */
export function reconnectDelay(attempt: number): number {
  const longest = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS)
  return Math.round((longest * (1 + Math.random())) / 2)
}
