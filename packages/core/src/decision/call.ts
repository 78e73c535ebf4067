import type { Window } from '../contract/windows.ts'
import type { Caller } from '../dispatch/chunk.ts'
import type { StoreError } from '../errors.ts'
import type { Cost } from '../options/cost.ts'
import type { Decision } from './types.ts'

/** What a call asks for. Calls that ask the same share one. */
export interface Request {
  /** As the call named it. */
  readonly cost: Cost
  /** For each window. */
  readonly costs: readonly number[]
  readonly windows: readonly Window[]
  /** A peek asks whether `costs` would fit; nothing is taken for it. */
  readonly isPeek: boolean
}

/** Who asks for what. */
export interface Asked {
  readonly id: string
  readonly request: Request
}

/** A call that waits for its decision. It may be settled before {@link promise} is asked for. */
export class Call implements Asked, Caller {
  readonly id: string
  readonly request: Request
  isWaiting = true
  /** What the store answered that was asked first, when another one is asked in its place. */
  firstError: StoreError | undefined
  /** Runs a function soon, in the async context in which {@link keepContext} was called. */
  private inContext: ((run: () => void) => void) | undefined
  private decision: Decision | undefined
  private error: unknown
  private onDecision: ((decision: Decision) => void) | undefined
  private onError: ((error: unknown) => void) | undefined

  constructor(id: string, request: Request) {
    this.id = id
    this.request = request
  }

  get canLeave(): boolean {
    return false
  }

  /** A promise's continuation runs in the context in which it was registered. */
  keepContext(): void {
    new Promise<() => void>((resolve) => {
      this.inContext = resolve
    }).then((run) => run())
  }

  /** At once, if no context was kept. */
  runInContext(run: () => void): void {
    if (this.inContext === undefined) run()
    else this.inContext(run)
  }

  resolve(decision: Decision): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    if (this.onDecision === undefined) this.decision = decision
    else this.onDecision(decision)
  }

  reject(error: unknown): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    if (this.onError === undefined) this.error = error
    else this.onError(error)
  }

  /** To be asked for once. */
  promise(): Promise<Decision> {
    if (this.decision !== undefined) return Promise.resolve(this.decision)
    if (!this.isWaiting) return Promise.reject(this.error)
    return new Promise((resolve, reject) => {
      this.onDecision = resolve
      this.onError = reject
    })
  }
}

/** A call that rejects, and leaves, upon a signal. */
export class AbortableCall extends Call {
  /** What to do when the caller leaves. */
  onLeave: (() => void) | undefined
  readonly #signal: AbortSignal
  readonly #abort = (): void => {
    this.onLeave?.()
    super.reject(this.#signal.reason)
  }

  constructor(id: string, request: Request, signal: AbortSignal) {
    super(id, request)
    this.#signal = signal
  }

  override get canLeave(): boolean {
    return true
  }

  /** Listens only now: a call that a fast path answered, or that threw, would leave its listener behind. */
  override promise(): Promise<Decision> {
    if (this.isWaiting) this.#signal.addEventListener('abort', this.#abort, { once: true })
    return super.promise()
  }

  override resolve(decision: Decision): void {
    this.#signal.removeEventListener('abort', this.#abort)
    super.resolve(decision)
  }

  override reject(error: unknown): void {
    this.#signal.removeEventListener('abort', this.#abort)
    super.reject(error)
  }
}
