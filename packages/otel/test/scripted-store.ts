import { type CounterStore, type Operation, type Reply, StoreError } from '@rl/core'
import { MemoryStore } from '@rl/memory'

/** A store whose commands a test answers: with what a memory would, or with an error. */
export class ScriptedStore implements CounterStore {
  readonly #memory = new MemoryStore({ now: () => 0 })
  readonly #answers: (StoreError | undefined)[]
  readonly capabilities: { readonly label: string; readonly sharedBy?: object }
  commands = 0

  constructor(label: string, answers: readonly (StoreError | undefined)[] = [], sharedBy?: object) {
    this.capabilities = sharedBy === undefined ? { label } : { label, sharedBy }
    this.#answers = [...answers]
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    this.commands++
    const error = this.#answers.shift()
    if (error !== undefined) throw error
    return this.#memory.apply(operations)
  }
}

export const lost = new StoreError('the reply was lost', { outcome: 'unknown' })
export const refused = new StoreError('it is down', { outcome: 'not-executed' })
export const busy = new StoreError('it is loading', { outcome: 'not-executed', transient: true })
