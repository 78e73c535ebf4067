import type { Call } from './call.ts'
import type { Group } from './group.ts'
import type { Window } from './store.ts'

/** The callers that were not sent yet, in the order they came. */
export class Waiting {
  #groups: Group[] = []
  #counters = 0
  /**
   * Only the latest group of an identifier may grow: an older one would let a caller overtake another. Some of these have
   * been sent already.
   */
  #latest: Map<string, Group> = new Map()

  get isEmpty(): boolean {
    return this.#groups.length === 0
  }

  /** Of all groups. */
  get counters(): number {
    return this.#counters
  }

  /** Who waits the longest. */
  get first(): Group | undefined {
    return this.#groups[0]
  }

  /** Lets the call share what another one waits for, if one asks the same. */
  join(call: Call, windows: readonly Window[], cost: number): boolean {
    const latest = this.#latest.get(call.id)
    const isAlike = latest !== undefined && !latest.sent && latest.cost === cost && latest.windows === windows
    if (isAlike) latest.add(call)
    return isAlike
  }

  add(group: Group): void {
    this.#groups.push(group)
    this.#counters += group.windows.length
    this.#latest.set(group.id, group)
  }

  /** Lets nobody join a group that was released. */
  close(group: Group): void {
    if (this.#latest.get(group.id) === group) this.#latest.delete(group.id)
  }

  /** Takes off the first groups, up to so many counters, but at least one group. */
  cut(counters: number): readonly Group[] {
    let cut = 0
    return this.releaseWhile((group, i) => {
      cut += group.windows.length
      return i === 0 || cut <= counters
    })
  }

  /** Takes the first groups off the list. No caller joins them any more. */
  releaseWhile(isMeant: (group: Group, i: number) => boolean): readonly Group[] {
    const end = this.#groups.findIndex((group, i) => !isMeant(group, i))
    const released = end < 0 ? this.#groups : this.#groups.slice(0, end)
    this.#groups = end < 0 ? [] : this.#groups.slice(end)
    for (const group of released) {
      group.sent = true
      this.#counters -= group.windows.length
    }
    // A fresh map, as one that lives on while entries come and go drags garbage into the old generation.
    if (this.#latest.size >= 2 * this.#groups.length) {
      this.#latest = new Map(this.#groups.map((group) => [group.id, group]))
    }
    return released
  }
}
