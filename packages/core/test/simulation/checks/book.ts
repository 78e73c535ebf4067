import type { Call, Change } from '../journal.ts'
import type { Actor } from '../world/actor.ts'
import type { Group } from '../world/group.ts'
import type { Scheduler } from '../world/scheduler.ts'
import { keyOf } from './facts.ts'
import { check } from './violation.ts'

/** The longest deadline of any limiter. */
export const MAX_DEADLINE_MS = 1000

interface Owner {
  readonly actor: Actor
  /** The store is the one that the limiter falls back on. */
  readonly isFallback: boolean
}

/** The callers that wait, and their requests. */
export class Book {
  readonly scheduler: Scheduler
  /** Each turn of the event loop has a queue, as in Cloudflare Workers. */
  readonly isIsolated: boolean
  /** Calls and changes that wait. */
  readonly open: Set<Call | Change> = new Set()
  openDrains = 0
  /** Limiters that were drained. */
  readonly drained: Set<Actor> = new Set()
  readonly #owners: Map<Group, Map<string, Owner>> = new Map()
  readonly #calls: Map<string, Call[]> = new Map()
  readonly #changes: Map<string, Change[]> = new Map()
  /** When somebody waited, or something was to be done for nobody. */
  #busyAt = 0

  constructor(scheduler: Scheduler, isIsolated: boolean) {
    this.scheduler = scheduler
    this.isIsolated = isIsolated
  }

  knows(actor: Actor): void {
    const { group, fallback, name } = actor
    this.#own(group, name, { actor, isFallback: false })
    if (fallback !== undefined) this.#own(fallback, name, { actor, isFallback: true })
  }

  ownerOf(group: Group, scope: string): Owner {
    const owner = this.#owners.get(group)?.get(scope)
    check(owner !== undefined, () => `nobody has the scope ${scope}`)
    return owner
  }

  /** Which call travels in which take can't be told from outside: with a second store, or where requests are isolated. */
  isLoose({ fallback }: Actor): boolean {
    return this.isIsolated || fallback !== undefined
  }

  called(call: Call): void {
    add(this.#calls, keyOf(call.actor, call.id, call.signature), call)
    this.open.add(call)
    this.isBusyUntil(call.at)
  }

  changing(change: Change): void {
    add(this.#changes, keyOf(change.actor, change.id), change)
    this.open.add(change)
    this.isBusyUntil(change.at)
  }

  /** Calls that wait and can share a take, in the order they came. */
  callsOf(actor: Actor, id: string, signature: string): readonly Call[] {
    return this.#calls.get(keyOf(actor, id, signature)) ?? []
  }

  changesOf(actor: Actor, id: string): readonly Change[] {
    return this.#changes.get(keyOf(actor, id)) ?? []
  }

  settled(one: Call | Change): void {
    this.open.delete(one)
    if ('costs' in one) remove(this.#calls, keyOf(one.actor, one.id, one.signature), one)
    else remove(this.#changes, keyOf(one.actor, one.id), one)
  }

  isBusyUntil(at: number): void {
    this.#busyAt = Math.max(this.#busyAt, at)
  }

  /** Two looks after the last caller is settled, no timer keeps the process alive. */
  checkIdle(): void {
    const { now, holdingTimers, stalledAt, overshootMs } = this.scheduler
    if (this.open.size > 0 || this.openDrains > 0 || this.isIsolated) this.isBusyUntil(now)
    else if (holdingTimers > 0) {
      const idleMs = now - Math.max(this.#busyAt, stalledAt) - 4 * overshootMs
      check(idleMs <= MAX_DEADLINE_MS / 4, () => `a timer holds the process, though nobody has waited for ${idleMs} ms`)
    }
  }

  #own(group: Group, name: string, owner: Owner): void {
    const owners = this.#owners.get(group) ?? new Map<string, Owner>()
    this.#owners.set(group, owners.set(name, owner))
  }
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

function remove<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key) ?? []
  list.splice(list.indexOf(item), 1)
}
