/** How long everything takes. */
export interface Plan {
  readonly mode: 'quick' | 'full'
  /** Each subject runs once a round. */
  readonly rounds: number
  readonly roundMs: number
  /** Before the first round, for each subject: connections, scripts, compiled code. */
  readonly warmUpMs: number
  /** Largest number of identifiers that anything grows to. */
  readonly mostIdentifiers: number
}

export const FULL: Plan = { mode: 'full', rounds: 7, roundMs: 300, warmUpMs: 200, mostIdentifiers: 1_000_000 }

export const QUICK: Plan = { mode: 'quick', rounds: 5, roundMs: 150, warmUpMs: 120, mostIdentifiers: 200_000 }

/** For two builds that take turns: the shorter a turn, the less the machine changes between the two. */
export const AGAINST: Plan = { ...FULL, rounds: 9, roundMs: 100, mostIdentifiers: 200_000 }
