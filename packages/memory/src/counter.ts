/** One counter. Mutable, as it is touched by every call. */
export interface Counter {
  readonly key: string
  used: number
  resetAt: number
  /** Place in its table's list of counters that may be evicted, or -1 for one that is at its limit. */
  slot: number
  /** Neighbours in the order in which the counters of a table were opened. */
  older: Counter | undefined
  newer: Counter | undefined
}
