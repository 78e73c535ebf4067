import type { Counts, LimiterFigures, LimiterMessage, ProcessIdentity, Snapshot, StoreFigures } from '../../messages.ts'
import { addSecond, beginHistory, type History } from './history.ts'

/** The result of a call. */
export const KINDS = ['admitted', 'denied', 'failed'] as const

/** A limiter as the page shows it. */
export interface LimiterModel {
  readonly message: LimiterMessage
  /** Calls of each second. Undefined where nothing of a process is shown. */
  readonly rates: History<keyof Counts> | undefined
  /** Undefined while the server has no room for it among its figures. */
  readonly figures: LimiterFigures | undefined
}

/** Milliseconds that half and 99 % of commands took at most, over the minute before each second. */
type Latency = History<'half' | 'most'>

/** A store as the page shows it. */
export interface StoreModel {
  readonly figures: StoreFigures
  /** Since the page was opened. */
  readonly latency: Latency
}

/** All that the page shows of one process. */
export interface Model {
  readonly process: ProcessIdentity | undefined
  readonly limiters: readonly LimiterModel[]
  readonly stores: readonly StoreModel[]
  readonly left: Snapshot['left']
  readonly deniedMost: Snapshot['deniedMost']
}

/**
 * The begin of a stream: its limiters and its first snapshot.
 *
 * @param before What an earlier stream said. Nothing of it stays if that was of another process.
 */
export function beginModel(messages: readonly LimiterMessage[], snapshot: Snapshot, before: Model | undefined): Model {
  const limiters = messages.map((message) => ({ message, rates: ratesOf(message), figures: undefined }))
  const isSame = before?.process?.graph === snapshot.process?.graph
  return applySnapshot({ limiters, stores: isSame && before !== undefined ? before.stores : [] }, snapshot)
}

/** One second later. */
export function applySnapshot(before: Pick<Model, 'limiters' | 'stores'>, snapshot: Snapshot): Model {
  const { process, second, left, deniedMost } = snapshot
  const figures = new Map(snapshot.limiters.map((each) => [each.name, each]))
  const stores = new Map(before.stores.map((each) => [each.figures.name, each]))
  return {
    process,
    limiters: before.limiters.map(({ message, rates }) => {
      const own = figures.get(message.name)
      return { message, rates: rates && addSecond(rates, second, own?.lastSecond), figures: own }
    }),
    stores: snapshot.stores.map((each) => ({
      figures: each,
      latency: addLatency(
        stores.get(each.name)?.latency ?? beginHistory(second - 1, { half: [], most: [] }),
        second,
        each,
      ),
    })),
    left,
    deniedMost,
  }
}

function ratesOf({ past }: LimiterMessage): LimiterModel['rates'] {
  if (past === undefined) return undefined
  const { until, admitted, denied, failed } = past
  return beginHistory(until, { admitted, denied, failed })
}

function addLatency(latency: Latency, second: number, { latencyMs }: StoreFigures): Latency {
  return addSecond(latency, second, latencyMs && { half: latencyMs.p50, most: latencyMs.p99 })
}
