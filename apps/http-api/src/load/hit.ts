import autocannon from 'autocannon'

/** Its result. */
export interface Hits {
  readonly requests: number
  readonly elapsedMs: number
  /** How many responses had each status. */
  readonly statuses: Readonly<Record<string, number>>
}

/** How often autocannon looks whether it is done. */
const SAMPLE_MS = 20

/** For how many milliseconds, or how many times. */
export type Amount = { readonly ms: number } | { readonly times: number }

/**
 * Asks a server, on each connection again as soon as it is answered.
 *
 * @throws where a request was not answered at all.
 */
export async function hit(url: string, connections: number, amount: Amount): Promise<Hits> {
  const until = 'ms' in amount ? { duration: amount.ms / 1000 } : { amount: amount.times }
  const options = { url, connections, ...until, sampleInt: SAMPLE_MS, timeout: 60 }
  const result = await autocannon(options as autocannon.Options)
  if (result.errors > 0 || result.timeouts > 0)
    throw new Error(`${result.errors} requests broke off, ${result.timeouts} were never answered`)
  const stats = Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, Number(count)])
  return {
    requests: result.requests.total,
    elapsedMs: result.finish.getTime() - result.start.getTime(),
    statuses: Object.fromEntries(stats),
  }
}
