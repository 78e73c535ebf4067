import type { BreakerChange } from '../../src/index.ts'
import type { CommandEvent, DecisionEvent, Observer, RetryEvent, WaitEvent } from '../../src/observe/index.ts'

/** Keeps what an observer is told. */
export class Recorder {
  readonly decisions: DecisionEvent[] = []
  readonly commands: CommandEvent[] = []
  readonly retries: RetryEvent[] = []
  readonly changes: BreakerChange[] = []
  readonly waits: WaitEvent[] = []
  readonly observer: Observer = {
    decision: (event) => this.decisions.push(event),
    command: (event) => this.commands.push(event),
    retry: (event) => this.retries.push(event),
    breaker: (event) => this.changes.push(event),
    wait: (event) => this.waits.push(event),
  }

  get all(): readonly unknown[] {
    return [...this.decisions, ...this.commands, ...this.retries, ...this.changes, ...this.waits]
  }

  /** Of each decision, in short: `'limit allowed store'`. */
  get decided(): readonly string[] {
    return this.decisions.map(({ operation, result, source, isShadow }) =>
      [operation, result, source ?? 'none', ...(isShadow ? ['in shadow'] : [])].join(' '),
    )
  }
}
