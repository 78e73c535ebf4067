import type { Adjustment, Clear } from '../contract/operations.ts'
import type { AdjustReply, ClearReply, Reply } from '../contract/replies.ts'
import type { Caller } from './chunk.ts'
import { Entry } from './entry.ts'
import type { Lane } from './lane.ts'
import { onAbort } from './on-abort.ts'

/** The reply to an operation. */
export type ReplyTo<Op> = Op extends Adjustment ? AdjustReply : ClearReply

/** How a promise is settled. */
export interface Settle<Value> {
  readonly resolve: (value: Value) => void
  readonly reject: (error: unknown) => void
}

/** An adjustment or a clear, and the one caller that waits for it. */
export class Change<Op extends Adjustment | Clear = Adjustment | Clear> extends Entry implements Caller {
  isWaiting = true
  readonly canLeave: boolean
  readonly #operation: Op
  readonly #caller: Settle<ReplyTo<Op>>
  readonly #stopListening: (() => void) | undefined

  constructor(lane: Lane<Entry>, operation: Op, deadlineMs: number, caller: Settle<ReplyTo<Op>>, signal?: AbortSignal) {
    super(lane, operation.id, operation.windows, deadlineMs)
    this.#operation = operation
    this.#caller = caller
    this.canLeave = signal !== undefined
    this.#stopListening = signal && onAbort(signal, () => this.failed(signal.reason))
  }

  protected prepare(): Op | undefined {
    return this.isWaiting ? this.#operation : undefined
  }

  protected answered(reply: Reply): void {
    this.#settle()
    this.#caller.resolve(reply as ReplyTo<Op>)
  }

  protected failed(error: unknown): void {
    this.#settle()
    this.#caller.reject(error)
  }

  protected refused(): void {}

  #settle(): void {
    this.isWaiting = false
    this.#stopListening?.()
  }
}
