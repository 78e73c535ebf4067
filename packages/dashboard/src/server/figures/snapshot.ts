import type { LimiterFigures, LimiterMessage, Snapshot, StoreFigures } from '../../messages.ts'
import { thisSecond } from './clock.ts'
import type { Figures, Shown } from './figures.ts'

/** Of an event of the stream, in bytes with its name and the line ends. */
const MAX_EVENT = 8000
/** Of these, what stores may take. */
const MAX_STORES = 2000
const encoder = new TextEncoder()

/** The event `snapshot` of the second that has just ended. The busiest limiters, if there are more than fit. */
export function snapshotEvent(figures: Figures, deniedMost: Snapshot['deniedMost']): string {
  const second = thisSecond() - 1
  const busiestFirst = figures.limiters
    .map(({ counts }) => ({ counts, busyness: counts.busyness(second) }))
    .sort((one, other) => other.busyness - one.busyness)
    .map(({ counts }) => counts)
  let limiters: LimiterFigures[] = []
  let stores: StoreFigures[] = []
  const snapshot = (): Snapshot => ({
    ...{ process: figures.identity, second, limiters, stores, deniedMost },
    left: { limiters: figures.limiters.length - limiters.length, stores: figures.stores.length - stores.length },
  })
  const room = MAX_EVENT - bytesOf(eventOf('snapshot', snapshot()))
  const ofStores = figures.stores.map((store) => store.figures(second))
  stores = fitting(ofStores, Math.min(room, MAX_STORES))
  const ofLimiters = busiestFirst.map((counts) => counts.figures(second))
  limiters = fitting(ofLimiters, room - bytesOf(JSON.stringify(stores)))
  const order = new Map(figures.limiters.map(({ counts }, i) => [counts.name, i]))
  limiters.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0))
  return eventOf('snapshot', snapshot())
}

/** Where nothing is counted in the process. */
export function emptySnapshotEvent(): string {
  const left = { limiters: 0, stores: 0 }
  const snapshot: Snapshot = { second: thisSecond() - 1, limiters: [], stores: [], left, deniedMost: 'off' }
  return eventOf('snapshot', snapshot)
}

/** The event `limiter`, with as much of the past as there is room for. */
export function limiterEvent({ message, counts }: Shown, isCounting: boolean): string {
  if (!isCounting) return eventOf('limiter', message)
  const until = thisSecond() - 1
  let seconds = 300
  for (;;) {
    const event = eventOf('limiter', { ...message, past: counts.past(until, seconds) } satisfies LimiterMessage)
    if (seconds <= 1 || bytesOf(event) <= MAX_EVENT) return event
    seconds = Math.floor(seconds * 0.8)
  }
}

/** The first items that fit into that many bytes. */
function fitting<Item extends object>(items: readonly Item[], bytes: number): Item[] {
  let room = bytes
  return items.filter((item) => {
    room -= bytesOf(JSON.stringify(item)) + 1
    return room >= 0
  })
}

/** JSON has no line ends. */
function eventOf(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

function bytesOf(text: string): number {
  return encoder.encode(text).byteLength
}
