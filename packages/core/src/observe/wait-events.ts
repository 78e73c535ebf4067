import type { Decision } from '../decision/types.ts'
import { keepContext } from '../dispatch/context.ts'
import { runtime } from '../dispatch/runtime.ts'
import type { Audience } from './audience.ts'
import type { WaitEvent } from './events.ts'
import type { WaiterWatcher } from './wrappers.ts'

/** Reports how long a call waits in a queue. */
export class WaitEvents implements WaiterWatcher {
  readonly #audience: Audience
  readonly #policy: string
  readonly #id: string
  readonly #room: { readonly calls: number }
  /** Others' answers decide whether it waits, in their contexts. */
  readonly #inContext: (run: () => void) => void = keepContext()
  #beganAt: number | undefined

  constructor(audience: Audience, policy: string, id: string, room: { readonly calls: number }) {
    this.#audience = audience
    this.#policy = policy
    this.#id = id
    this.#room = room
  }

  began(): void {
    this.#beganAt = runtime.now()
    this.#inContext(() => this.#tell('waiting', 0))
  }

  until<Answer extends Decision>(answer: Promise<Answer>): Promise<Answer> {
    return answer.then(
      (decision) => {
        this.#ended(decision.allowed ? 'admitted' : 'denied')
        return decision
      },
      (error: unknown) => {
        this.#ended('left')
        throw error
      },
    )
  }

  #ended(state: WaitEvent['state']): void {
    if (this.#beganAt !== undefined) this.#tell(state, runtime.now() - this.#beganAt)
  }

  #tell(state: WaitEvent['state'], waitedMs: number): void {
    const event = { policy: this.#policy, state, waitedMs, waiting: this.#room.calls, id: undefined }
    this.#audience.tell('wait', event, this.#id)
  }
}
