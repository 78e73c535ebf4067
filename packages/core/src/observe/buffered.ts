import { Background } from '../dispatch/background.ts'
import { requestsAreIsolated } from '../dispatch/isolation.ts'
import { oncePerTurn } from '../dispatch/once-per-turn.ts'
import { runtime } from '../dispatch/runtime.ts'
import { checkInteger } from '../options/check.ts'
import { type Events, KINDS, notify, parseObserver } from './audience.ts'
import type { Observer } from './events.ts'

/** An observer that is told later. Made by {@link buffered}. */
export interface BufferedObserver extends Observer {
  /** Events that were dropped so far, as too many waited. */
  readonly dropped: number
  /** Delivers at once what waits: before the process exits or, where requests are isolated, before a request ends. */
  flush(): void
}

/**
 * An observer that costs calls next to nothing: events wait until the present turn of the event loop is over, and are then
 * delivered in order. Those beyond the maximum are dropped and counted.
 *
 * Events are delivered in the async context in which `buffered` was called, so spans that are made of them have no parent; in
 * runtimes that isolate requests, in that of a request. Waiting events keep no process alive longer than its last turn.
 *
 * @param observer Who is told.
 * @param maxWaiting How many events wait at most: an integer from 1 to 2^53-1. Default 10 000.
 * @throws {OptionError} naming what is wrong.
 * @example
 * import { buffered, observe } from '@rl/core/observe'
 *
 * const log = buffered({ decision: ({ policy, result }) => console.log(policy, result) }, 10_000)
 * observe(limiter, log)
 * await limiter.limit('user_123')
 * log.flush() // prints api allowed
 * console.log(log.dropped) // prints 0
 */
export function buffered(observer: Observer, maxWaiting = 10_000): BufferedObserver {
  const parsed = parseObserver(observer)
  checkInteger('maxWaiting', maxWaiting, 1)
  let waiting: (() => void)[] = []
  let dropped = 0
  const flush = (): void => {
    const events = waiting
    waiting = []
    for (const deliver of events) deliver()
  }
  const background = requestsAreIsolated() ? undefined : new Background()
  const plan = oncePerTurn(() => {
    const flushLater = (): void => runtime.nextTurn(flush)
    if (background === undefined) flushLater()
    else background.run(flushLater)
    return true
  })
  const later: Mutable<Observer> = { includeIdentifiers: parsed.includeIdentifiers }
  for (const kind of KINDS) {
    if (parsed[kind] === undefined) continue
    later[kind] = (event: Events[typeof kind]) => {
      if (waiting.length >= maxWaiting) {
        dropped++
        return
      }
      waiting.push(() => notify(parsed, kind, event))
      plan()
    }
  }
  // Not enumerable: they are no part of what an observer is checked for.
  return Object.defineProperties(later as BufferedObserver, {
    dropped: { get: () => dropped },
    flush: { value: flush },
  })
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
