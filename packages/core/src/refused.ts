import { backOffMs } from './command.ts'
import type { StoreError } from './errors.ts'
import type { Group } from './group.ts'

/**
 * What the store refused for the moment, until it is sent again: in one command, whichever commands it came back from. Nobody
 * waits for it, as a Cluster may refuse one identifier and answer others.
 */
export class Refused {
  readonly #send: (groups: readonly Group[], refusals: number) => void
  #groups: readonly Group[] = []
  #refusals = 0
  #reason: StoreError | undefined

  /** @param send gets how often what it is to send was refused. */
  constructor(send: (groups: readonly Group[], refusals: number) => void) {
    this.#send = send
  }

  get groups(): readonly Group[] {
    return this.#groups
  }

  /** Why the store refused the last of them. */
  get reason(): StoreError | undefined {
    return this.#reason
  }

  /** @param refusals How often they were refused before. */
  add(groups: readonly Group[], refusals: number, reason: StoreError): void {
    const isFirst = this.#groups.length === 0
    this.#groups = [...this.#groups, ...groups]
    this.#refusals = Math.max(isFirst ? 0 : this.#refusals, refusals + 1)
    this.#reason = reason
    if (isFirst) setTimeout(this.#sendAgain, backOffMs(refusals))
  }

  /** Takes out those for whom it is too late. */
  release(isLate: (group: Group) => boolean): readonly Group[] {
    const late = this.#groups.filter(isLate)
    if (late.length > 0) this.#groups = this.#groups.filter((group) => !late.includes(group))
    return late
  }

  readonly #sendAgain = (): void => {
    const groups = this.#groups
    this.#groups = []
    if (groups.length > 0) this.#send(groups, this.#refusals)
  }
}
