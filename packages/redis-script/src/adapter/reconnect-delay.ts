const FIRST_MS = 50
const LONGEST_MS = 400

/**
 * How long a client waits before it tries to connect for the n-th time in a row, in milliseconds: 25 to 50 at first, twice
 * that each time, and 200 to 400 from the fourth on. So calls succeed again well within a second after the server is back,
 * where the clients' own delays grow to two seconds and more. The half left to chance spreads the attempts of many
 * processes: a thousand of them knock at most 5000 times a second at a server that is down, a SYN and a RST each, and
 * come back over 200 ms rather than all at once.
 *
 * @param attempt from 1.
 */
export function reconnectDelay(attempt: number): number {
  const longest = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS)
  return Math.round((longest * (1 + Math.random())) / 2)
}
