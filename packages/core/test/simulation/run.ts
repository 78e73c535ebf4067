import { History, type Trace } from './history.ts'
import { Statistics } from './statistics.ts'
import type { Focus } from './world/setting.ts'

interface Found {
  readonly seed: number
  readonly error: unknown
  readonly histories: number
}

export interface Result {
  readonly statistics: Statistics
  /** The first violation. */
  readonly found: Found | undefined
}

/** Runs histories from a seed on, until there were this many calls or histories. Stops at the first violation. */
export async function runHistories(
  firstSeed: number,
  until: { readonly calls?: number; readonly histories?: number },
  trace?: Trace,
  focus?: Focus,
): Promise<Result> {
  const { calls = Number.POSITIVE_INFINITY, histories = Number.POSITIVE_INFINITY } = until
  const statistics = new Statistics()
  for (let seed = firstSeed; statistics.calls < calls && statistics.histories < histories; seed++) {
    statistics.histories++
    try {
      await new History(seed, statistics, trace, focus).run()
    } catch (error) {
      return { statistics, found: { seed, error, histories: statistics.histories } }
    }
  }
  return { statistics, found: undefined }
}
