import type { StoreError } from '../errors.ts'
import type { Flight } from './flight.ts'

/** A change that people may want to be alerted to. */
export interface BreakerChange {
  /** The store's label, see `Capabilities.label`. */
  readonly store: string
  /** `'open'`: calls fail without asking the store. `'closed'`: the store answers again. */
  readonly state: 'open' | 'closed'
  /** Why it opened. */
  readonly error?: StoreError | undefined
}

/** Follows what all dispatchers of a store do. A store has one only while somebody observes it. */
export interface StoreWatcher {
  /** A command was sent, or there was nothing to send. Called in the async context in which its reply will be read. */
  sent(flight: Flight): void
  changed(change: BreakerChange): void
}
