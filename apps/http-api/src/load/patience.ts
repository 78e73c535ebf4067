/** A machine that is busy with something else for a second must not end the run. */
export const DEADLINE_MS = 30_000
