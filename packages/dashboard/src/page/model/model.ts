import type { LimiterFigures, LimiterMessage, ProcessIdentity, Snapshot, StoreFigures } from '../../messages.ts'
import { addSecond, type Rates, ratesOfPast } from './rates.ts'

/** A limiter as the page shows it. */
export interface LimiterModel {
  readonly message: LimiterMessage
  /** Undefined where nothing of a process is shown. */
  readonly rates: Rates | undefined
  /** Undefined while the server has no room for it among its figures. */
  readonly figures: LimiterFigures | undefined
}

/** All that the page shows of one process. */
export interface Model {
  readonly process: ProcessIdentity | undefined
  readonly limiters: readonly LimiterModel[]
  readonly stores: readonly StoreFigures[]
  readonly left: Snapshot['left']
  readonly deniedMost: Snapshot['deniedMost']
}

/** What a stream begins with: its limiters and its first snapshot. Nothing of an earlier stream stays, as that may be another process's. */
export function beginModel(messages: readonly LimiterMessage[], snapshot: Snapshot): Model {
  const limiters = messages.map((message) => ({
    message,
    rates: message.past && ratesOfPast(message.past),
    figures: undefined,
  }))
  return applySnapshot(limiters, snapshot)
}

/** One second later. */
export function applySnapshot(before: readonly LimiterModel[], snapshot: Snapshot): Model {
  const figures = new Map(snapshot.limiters.map((each) => [each.name, each]))
  const limiters = before.map(({ message, rates }) => {
    const own = figures.get(message.name)
    return { message, rates: rates && addSecond(rates, snapshot.second, own?.lastSecond), figures: own }
  })
  const { process, stores, left, deniedMost } = snapshot
  return { process, limiters, stores, left, deniedMost }
}
