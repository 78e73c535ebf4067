/** A snippet's claim about a route that it serves, by `// GET / answers 200 to 100 requests a minute, then 429`. */
export interface Answers {
  readonly method: string
  readonly path: string
  /** The status of the first requests: of `times` of them, sent within a minute. */
  readonly status: number
  readonly times: number
  /** The status of those after them; undefined when the comment ends before `to`, and one request is sent. */
  readonly afterwards: number | undefined
}

const COMMENT =
  /\/\/ ([A-Z]+) (\/\S*) answers (\d{3})(?: to (\d+) requests (?:an? (?:minute|hour)|in \d+ minutes), then (\d{3}))?$/gm

/** How many requests are sent beyond those that the first status is for. */
const MORE = 3
const AT_ONCE = 10

export function answersIn(code: string): readonly Answers[] {
  return Array.from(code.matchAll(COMMENT), ([, method = '', path = '', status, times = '1', afterwards]) => ({
    method,
    path,
    status: Number(status),
    times: Number(times),
    afterwards: afterwards === undefined ? undefined : Number(afterwards),
  }))
}

/** The answers of a server, to all in the words of the comment: the statuses, each with how often it came. */
export async function ask(url: string, { method, path, times, afterwards }: Answers): Promise<Record<number, number>> {
  const statuses: number[] = []
  let left = times + (afterwards === undefined ? 0 : MORE)
  while (left > 0) {
    const batch = Array.from({ length: Math.min(left, AT_ONCE) }, () => statusOf(`${url}${path}`, method))
    statuses.push(...(await Promise.all(batch)))
    left -= batch.length
  }
  return tally(statuses)
}

/** The expected answers. */
export function expected({ status, times, afterwards }: Answers): Record<number, number> {
  return afterwards === undefined ? { [status]: times } : { [status]: times, [afterwards]: MORE }
}

/** A request from one client, with the headers in which platforms show the client's address. */
async function statusOf(url: string, method: string): Promise<number> {
  const client = '203.0.113.7'
  const headers = { 'cf-connecting-ip': client, 'x-vercel-forwarded-for': client, connection: 'close' }
  const response = await fetch(url, { method, headers })
  await response.arrayBuffer()
  return response.status
}

function tally(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
