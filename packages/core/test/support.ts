import { MemoryStore } from '../../memory/src/index.ts'
import type { Clear, CounterStore, Refund, RefundReply, Take, TakeReply } from '../src/index.ts'

/** Mid-minute, so that no test sits on the edge of a window by accident. */
export const T0 = Date.UTC(2026, 0, 15, 12, 30, 30)

export interface SentTake {
  readonly key: string
  readonly cost: number
  readonly times: number
  readonly limits: readonly number[]
}

type TakeAnswer = readonly (TakeReply | Error)[]

/** Writes down all that is sent, and passes it on to another store. Its clock stands still until a test moves it. */
export class RecordingStore implements CounterStore {
  readonly lists: SentTake[][] = []
  readonly refunds: Refund[] = []
  readonly clears: Clear[] = []
  now: number = T0
  readonly #inner: CounterStore

  constructor(inner?: Partial<CounterStore>) {
    const memory = new MemoryStore({ now: () => this.now })
    this.#inner = {
      take: (takes) => (inner?.take ?? memory.take.bind(memory))(takes),
      refund: (refund) => (inner?.refund ?? memory.refund.bind(memory))(refund),
      clear: (clear) => (inner?.clear ?? memory.clear.bind(memory))(clear),
    }
  }

  get sent(): number {
    return this.lists.length + this.refunds.length + this.clears.length
  }

  take(takes: readonly Take[]): Promise<TakeAnswer> {
    this.lists.push(
      takes.map(({ key, cost, times, windows }) => ({ key, cost, times, limits: windows.map((w) => w.limit) })),
    )
    return this.#inner.take(takes)
  }

  refund(refund: Refund): Promise<RefundReply> {
    this.refunds.push(refund)
    return this.#inner.refund(refund)
  }

  clear(clear: Clear): Promise<void> {
    this.clears.push(clear)
    return this.#inner.clear(clear)
  }
}

/** Applies takes as they are sent, but holds the answers back until the test lets them go, oldest first. */
export class GatedStore extends RecordingStore {
  readonly #held: (() => void)[] = []

  get held(): number {
    return this.#held.length
  }

  override async take(takes: readonly Take[]): Promise<TakeAnswer> {
    const answer = super.take(takes)
    await new Promise<void>((resolve) => this.#held.push(resolve))
    return answer
  }

  release(): void {
    this.#held.shift()?.()
  }
}

/** Long enough for everything that needs no more than the event loop to turn. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0))
}

/** What the promise rejects with. Fails if it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`resolved with ${JSON.stringify(value)} instead of rejecting`)
}

/** What the function throws. Fails if it does not. */
export function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('did not throw')
}

/** All that an error would show in a log: message, stack, own fields and causes. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return [error.message, error.stack, JSON.stringify({ ...error }), everythingIn(error.cause ?? '')].join('\n')
}
