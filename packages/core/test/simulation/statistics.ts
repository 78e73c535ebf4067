import type { Call } from './journal.ts'

/** The cases seen over all histories. A simulation that met no refusals would show nothing about them. */
export class Statistics {
  histories = 0
  calls = 0
  steps = 0
  aborts = 0
  refunds = 0
  settlements = 0
  resets = 0
  drains = 0
  breakersOpened = 0
  /** Calls by where their decision came from. */
  readonly bySource: Record<string, number> = {}
  readonly byOutcome: Record<string, number> = {}
  sentAgain = 0

  settled({ decision, error, timesSent }: Call): void {
    if (timesSent > 1) this.sentAgain++
    if (decision !== undefined) {
      const name = `${decision.source} ${decision.allowed ? 'allowed' : 'denied'}`
      this.bySource[name] = (this.bySource[name] ?? 0) + 1
    } else {
      const name = String((error as { outcome?: string }).outcome ?? 'aborted')
      this.byOutcome[name] = (this.byOutcome[name] ?? 0) + 1
    }
  }
}
