import type { Clear, Refund, RefundReply, Take, TakeReply } from '../../src/index.ts'
import { World } from './world.ts'

interface Command {
  apply(): Promise<() => void>
}

/** Commands are on their way until a history lets them arrive, and so are the answers: in any order. */
export class SlowStore extends World {
  readonly #onTheirWay: Command[] = []
  readonly #answers: (() => void)[] = []

  /** Lets one of the commands arrive. */
  async arrive(pick: number): Promise<void> {
    const [command] = this.#onTheirWay.splice(pick % Math.max(1, this.#onTheirWay.length), 1)
    if (command !== undefined) this.#answers.push(await command.apply())
  }

  /** Lets one of the answers return. */
  answer(pick: number): void {
    const [answer] = this.#answers.splice(pick % Math.max(1, this.#answers.length), 1)
    answer?.()
  }

  get idle(): boolean {
    return this.#onTheirWay.length + this.#answers.length === 0
  }

  override take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    // As they are now: what is sent is sent.
    const copy = takes.map(({ key, windows, cost, times }) => ({ key, windows, cost, times }))
    return this.#send(() => super.take(copy))
  }

  override refund(refund: Refund): Promise<RefundReply> {
    return this.#send(() => super.refund(refund))
  }

  override clear(clear: Clear): Promise<void> {
    return this.#send(() => super.clear(clear))
  }

  #send<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const apply = async (): Promise<() => void> => {
        try {
          const value = await run()
          return () => resolve(value)
        } catch (error) {
          return () => reject(error)
        }
      }
      this.#onTheirWay.push({ apply })
    })
  }
}
