import type { Capabilities, CounterStore, Operation, Reply } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { answer, type Stored } from './answer.ts'

/** Counters in a Map of this process. Leaves out what a real store needs: a bound, and the removal of what has ended. */
export class MapStore implements CounterStore {
  readonly capabilities: Capabilities
  readonly #identifiers = new Map<string, Stored>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.capabilities = { label: 'map', answersAtOnce: (operation) => this.#answer(operation) }
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    return operations.map((operation) => this.#answer(operation))
  }

  #answer(operation: Operation): Reply | Error {
    const key = counterKey(operation)
    const stored = this.#identifiers.get(key) ?? { counters: new Map(), tokens: new Map() }
    try {
      const reply = answer(stored, operation, this.#now())
      if (stored.counters.size > 0) this.#identifiers.set(key, stored)
      return reply
    } catch (error) {
      return error as Error
    }
  }
}
