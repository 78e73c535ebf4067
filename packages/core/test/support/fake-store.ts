import {
  type Adjustment,
  type Capabilities,
  type CounterStore,
  type Operation,
  type Reply,
  StoreError,
  type Take,
} from '../../src/index.ts'
import { Counters } from './counters.ts'

/** Mid-minute, so that no test sits on the edge of a window by accident. */
export const T0: number = Date.UTC(2026, 0, 15, 12, 30, 30)

/** The result of a command. `'fail'`: lost on the way there. `'lose'`: applied, but the reply is lost. `'hang'`: no reply ever. */
export type Fate = 'answer' | 'fail' | 'lose' | 'hang' | 'throw' | StoreError

type Answers = readonly (Reply | Error)[]

/**
 * Writes down what is sent and answers from a model of counters. Its clock stands still until a test moves it. A test may hold
 * replies, choose the fate of commands, and change replies.
 */
export class FakeStore implements CounterStore {
  now: number = T0
  capabilities: Capabilities | undefined
  /** The result of each command. */
  fate: Fate | ((operations: readonly Operation[]) => Fate) = 'answer'
  /** The value in the place of a reply. */
  change: (reply: Reply | Error, operation: Operation, index: number) => unknown = (reply) => reply
  /** From now on replies wait for {@link release}. */
  isHolding = false
  /** Copies of the operations as they were sent. */
  readonly commands: Operation[][] = []
  readonly #counters: Counters = new Counters(() => this.now)
  readonly #held: (() => void)[] = []

  constructor(capabilities?: Capabilities) {
    this.capabilities = capabilities
  }

  /** Answers operations at once, as a store in this process does. */
  static atOnce(): FakeStore {
    const store = new FakeStore()
    store.capabilities = {
      answersAtOnce: (operation) => {
        const fate = store.#record([operation])
        if (fate === 'answer') return store.#answers([operation])[0] as Reply
        throw errorOf(fate)
      },
    }
    return store
  }

  async apply(operations: readonly Operation[]): Promise<Answers> {
    return this.#applied(operations)
  }

  /** Commands whose reply is held. */
  get held(): number {
    return this.#held.length
  }

  /** Lets the oldest replies go. */
  release(count = 1): void {
    for (const resolve of this.#held.splice(0, count)) resolve()
  }

  get operations(): readonly Operation[] {
    return this.commands.flat()
  }

  get takes(): readonly Take[] {
    return this.operations.filter((operation) => operation.kind === 'take')
  }

  get adjustments(): readonly Adjustment[] {
    return this.operations.filter((operation) => operation.kind === 'adjust')
  }

  /** For each adjustment, what it changed its windows by. */
  get changes(): readonly (readonly number[])[] {
    return this.adjustments.map(({ windows }) => windows.map(({ change }) => change))
  }

  /** The operations sent, in short: `'a 2x1'` takes 1 from a's only window twice, `'a -4'` gives 4 back, `'a clear'` forgets a. */
  get sent(): string[][] {
    return this.commands.map((operations) => operations.map(inShort))
  }

  async #applied(operations: readonly Operation[]): Promise<Answers> {
    const fate = this.#record(operations)
    if (fate === 'hang') return new Promise(() => {})
    if (fate !== 'answer' && fate !== 'lose') throw errorOf(fate)
    const answers = this.#answers(operations)
    if (this.isHolding) await new Promise<void>((resolve) => this.#held.push(resolve))
    if (fate === 'lose') throw errorOf(fate)
    return answers
  }

  #record(operations: readonly Operation[]): Fate {
    const copies = operations.map(copyOf)
    this.commands.push(copies)
    return typeof this.fate === 'function' ? this.fate(copies) : this.fate
  }

  #answers(operations: readonly Operation[]): Answers {
    return operations.map((operation, i) => this.change(this.#counters.apply(operation), operation, i)) as Answers
  }
}

/** Throws in place of returning a promise. */
export class ThrowingStore extends FakeStore {
  override apply(): Promise<Answers> {
    throw new Error('socket closed')
  }
}

/** The error of `LOADING` or `TRYAGAIN`. */
export const REFUSED: StoreError = new StoreError('refused for the moment', {
  outcome: 'not-executed',
  transient: true,
})
/** The error of `NOPERM`. */
export const FORBIDDEN: StoreError = new StoreError('no permission', { outcome: 'not-executed' })

function errorOf(fate: Fate): Error {
  return fate instanceof Error ? fate : new Error('connection lost')
}

/** An operation is read at once: a shared take may change later. */
function copyOf(operation: Operation): Operation {
  if (operation.kind !== 'take') return structuredClone(operation)
  const { kind, scope, id, windows, costs, times } = operation
  return { kind, scope, id, windows, costs: [...costs], times }
}

function inShort(operation: Operation): string {
  const { id } = operation
  if (operation.kind === 'take') return `${id} ${operation.times}x${operation.costs.join()}`
  return operation.kind === 'clear' ? `${id} clear` : `${id} ${operation.windows.map(({ change }) => change).join()}`
}
