import type { Call } from './call.ts'
import type { Take, Window } from './store.ts'

/** Waiting callers of one identifier that ask the same: one take answers all of them, in the order they came. */
export class Group implements Take {
  readonly key: string
  readonly windows: readonly Window[]
  readonly cost: number
  /** One for each call, and more when units are taken ahead. */
  times = 1
  readonly id: string
  readonly calls: Call[]
  readonly since: number = performance.now()
  sent = false
  /** Its callers gave up waiting for it, but the command is still under way. */
  late = false

  constructor(first: Call, key: string, windows: readonly Window[], cost: number) {
    this.id = first.id
    this.key = key
    this.windows = windows
    this.cost = cost
    this.calls = [first] // most groups stay at one, and an array that grows takes room for 17 at once
    first.group = this
  }

  add(call: Call): void {
    this.calls.push(call)
    this.times++
    call.group = this
  }

  /** The take is known not to have run: as before it was sent, so that callers may leave again. */
  unsend(): void {
    this.sent = false
    for (let i = this.calls.length - 1; i >= 0; i--) if (this.calls[i]?.gone) this.calls.splice(i, 1)
    this.times = this.calls.length
  }
}
