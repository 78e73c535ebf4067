import type { BreakerChange } from '../dispatch/watch.ts'
import { checkFunction, checkOneOf, ownOptions } from '../options/check.ts'
import type { CommandEvent, DecisionEvent, Observer, RetryEvent, WaitEvent } from './events.ts'

/** The event of each of an observer's functions. */
export interface Events {
  readonly decision: DecisionEvent
  readonly command: CommandEvent
  readonly retry: RetryEvent
  readonly breaker: BreakerChange
  readonly wait: WaitEvent
}

export const KINDS: readonly (keyof Events)[] = ['decision', 'command', 'retry', 'breaker', 'wait']

/** @throws {OptionError} naming the member that is wrong. */
export function parseObserver(given: Observer): Observer {
  const observer = ownOptions('observer', given, ['includeIdentifiers', ...KINDS])
  for (const kind of KINDS) if (observer[kind] !== undefined) checkFunction(`observer.${kind}`, observer[kind])
  const { includeIdentifiers = false } = observer
  checkOneOf('observer.includeIdentifiers', includeIdentifiers, [true, false])
  return observer
}

/** All observers of one limiter or store. */
export class Audience {
  #observers: readonly Observer[] = []
  readonly #watch: (audience: Audience | undefined) => void

  /** @param watch Called with this audience when the first one comes, and without when the last one has left. */
  constructor(watch: (audience: Audience | undefined) => void) {
    this.#watch = watch
  }

  /** @returns what removes the observer. */
  add(observer: Observer): () => void {
    this.#set([...this.#observers, observer])
    return () => this.#set(this.#observers.filter((other) => other !== observer))
  }

  /** @param id Whom the event is about. Only for observers that ask for identifiers. */
  tell<Kind extends keyof Events>(kind: Kind, event: Events[Kind], id?: string): void {
    for (const observer of this.#observers) {
      notify(observer, kind, id !== undefined && observer.includeIdentifiers === true ? { ...event, id } : event)
    }
  }

  #set(observers: readonly Observer[]): void {
    const wasWatched = this.#observers.length > 0
    this.#observers = observers
    const isWatched = observers.length > 0
    if (isWatched !== wasWatched) this.#watch(isWatched ? this : undefined)
  }
}

/** An observer fails no call, and no process by a promise that rejects. */
export function notify<Kind extends keyof Events>(observer: Observer, kind: Kind, event: Events[Kind]): void {
  const listener = observer[kind] as ((event: Events[Kind]) => unknown) | undefined
  try {
    const result = listener?.call(observer, event)
    if (result !== undefined) Promise.resolve(result).catch(() => {})
  } catch {
    // An observer's errors are its own matter.
  }
}
