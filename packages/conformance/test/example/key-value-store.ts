import type { CounterStore, Operation, Reply } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { answer, type Stored } from './answer.ts'
import type { KeyValueStorage } from './key-value-storage.ts'

/** One key for each identifier, so that all its windows and tokens change in one step. */
export class KeyValueStore implements CounterStore {
  readonly #storage: KeyValueStorage

  constructor(storage: KeyValueStorage) {
    this.#storage = storage
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies: (Reply | Error)[] = []
    for (const operation of operations) replies.push(await this.#answer(operation).catch((error: Error) => error))
    return replies
  }

  async #answer(operation: Operation): Promise<Reply> {
    const key = counterKey(operation)
    for (;;) {
      const { entry, now } = await this.#storage.get(key)
      const stored = this.parse(entry?.text, operation)
      const before = this.textOf(stored)
      const reply = answer(stored, operation, now)
      const text = this.textOf(stored)
      const expiresAt = this.lastEnd(stored, operation)
      // A denial writes nothing, unless the expiry was lost.
      const isKept = entry === undefined || (entry.text === text && entry.expiresAt <= expiresAt)
      if (text === before && isKept) return reply
      const written = expiresAt > now ? { text, expiresAt } : undefined
      if (await this.#storage.compareAndSet(key, entry, now, written)) return reply
    }
  }

  /** A clear repairs what can't be read. */
  protected parse(text: string | undefined, { kind }: Operation): Stored {
    try {
      const { counters, tokens } = JSON.parse(text ?? '{"counters":[],"tokens":[]}')
      return { counters: new Map(counters), tokens: new Map(tokens) }
    } catch (error) {
      if (kind !== 'clear') throw error
      return { counters: new Map(), tokens: new Map() }
    }
  }

  protected textOf({ counters, tokens }: Stored): string {
    return JSON.stringify({ counters: [...counters], tokens: [...tokens] })
  }

  protected lastEnd({ counters, tokens }: Stored, _operation: Operation): number {
    const ends = [...counters.values()].map(({ resetAt }) => resetAt)
    return Math.max(0, ...ends, ...[...tokens.values()].map(({ until }) => until))
  }
}
