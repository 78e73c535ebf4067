import type { ActionEvent, Settings } from './options.ts'

/** A look-up that is repeated sooner than this goes on: the page repeats it each second to show windows live. */
const GOES_ON_MS = 10_000
const MAX_REMEMBERED = 1000

/** Tells the application who did what. */
export class ActionLog {
  readonly #tell: Settings<unknown>['onAction']
  /** When each look-up was repeated last, the latest at the end. */
  readonly #lookups: Map<string, number> = new Map()

  constructor(tell: Settings<unknown>['onAction']) {
    this.#tell = tell
  }

  /** @param id Whom it was about. It is only compared. */
  add(event: ActionEvent, id?: string): void {
    if (event.action === 'lookup' && this.#goesOn(JSON.stringify([event.user, event.policy, event.outcome, id]))) return
    const told = async (): Promise<unknown> => this.#tell(event)
    told().catch(() => {})
  }

  #goesOn(key: string): boolean {
    const now = performance.now()
    const before = this.#lookups.get(key)
    this.#lookups.delete(key)
    this.#lookups.set(key, now)
    const [oldest] = this.#lookups.keys()
    if (this.#lookups.size > MAX_REMEMBERED && oldest !== undefined) this.#lookups.delete(oldest)
    return before !== undefined && now - before < GOES_ON_MS
  }
}
