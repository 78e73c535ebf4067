import type { Entry } from './entry.ts'

interface Drain {
  readonly entries: readonly Entry[]
  readonly resolve: () => void
}

/** Those who wait until everything that was enqueued before is settled. */
export class Drains {
  #drains: readonly Drain[] = []

  add(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve) => {
      this.#drains = [...this.#drains, { entries, resolve }]
      this.check()
    })
  }

  /** To be called whenever entries were settled. */
  check(): void {
    if (this.#drains.length === 0) return
    this.#drains = this.#drains.filter(({ entries, resolve }) => {
      const isOpen = entries.some(({ state }) => state !== 'settled')
      if (!isOpen) resolve()
      return isOpen
    })
  }
}
