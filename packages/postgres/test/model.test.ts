import type { AdjustedWindow, Operation, Reply, Window } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import postgres from 'postgres'
import { expect, onTestFinished, test } from 'vitest'
import { type PostgresClient, PostgresStore } from '../src/index.ts'
import { useDatabase } from './database.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const context = useDatabase()

const LISTS = 150

test.each<[string, () => PostgresClient]>([
  ['pg', () => context.database.pool],
  [
    'postgres',
    () => {
      const sql = postgres(context.database.server.url)
      onTestFinished(() => sql.end())
      return sql
    },
  ],
])('random lists through %s are answered as by the store in memory', async (name, open) => {
  const random = randomOf(name.length)
  const store = new PostgresStore(open())
  const started = Date.now()
  let now = started
  const model = new MemoryStore({ now: () => now })
  const windows = windowsAround(started)
  /** The latest state of each window of an identifier. */
  const seen = new Map<string, AdjustedWindow>()
  for (let round = 0; round < LISTS; round++) {
    const list = Array.from({ length: 1 + random(8) }, () => operationOf(random, `${name}-${random(6)}`, windows, seen))
    const replies = await store.apply(list)
    now = Math.max(now, ...replies.map((reply) => (reply instanceof Error ? 0 : reply.now)))
    const expected = await model.apply(list)
    expect(replies.map((reply, i) => told(reply, list[i]))).toEqual(expected.map((reply, i) => told(reply, list[i])))
    list.forEach((operation, i) => {
      const reply = replies[i]
      if (operation.kind !== 'take' || reply === undefined || !('timesTaken' in reply)) return
      for (const [place, { resetAt, generation }] of reply.windows.entries()) {
        const window = operation.windows[place] as Window
        seen.set(`${operation.id} ${place}`, { ...window, resetAt, generation, change: 0 })
      }
    })
  }
})

/** Each with the windows of the one before. */
function windowsAround(now: number): readonly (readonly Window[])[] {
  const epoch: Window = { limit: 20, windowMs: 400 * DAY, anchor: 'epoch' }
  const firstHit: Window = { limit: 30, windowMs: DAY, anchor: 'first-hit' }
  const ends = [now - DAY, now + 20 * DAY, now + 50 * DAY]
  const month: Window = { limit: 25, anchor: 'calendar', period: 'month', timeZone: 'UTC', ends, longestMs: 31 * DAY }
  const outside: Window = { ...month, period: 'year', ends: [now - 9 * DAY, now - DAY] }
  return [[epoch], [firstHit], [month], [epoch, firstHit], [epoch, firstHit, month], [epoch, outside]]
}

function operationOf(
  random: (below: number) => number,
  id: string,
  sets: readonly (readonly Window[])[],
  seen: ReadonlyMap<string, AdjustedWindow>,
): Operation {
  const subject = { scope: 'model', id }
  const windows = sets[random(sets.length)] ?? []
  const kind = random(10)
  if (kind === 0) return { kind: 'clear', ...subject, windows }
  const known = [0, 1, 2].flatMap((place) => seen.get(`${id} ${place}`) ?? [])
  if (kind < 4 && known.length > 0) {
    const different = known.filter((each, i) => known.findIndex((other) => other.anchor === each.anchor) === i)
    const changed = different.map((each) => ({ ...each, change: random(9) - 5 }))
    const token = random(2) === 0 ? undefined : { id: `t${random(4)}-${changed.length}`, until: Date.now() + HOUR }
    return { kind: 'adjust', ...subject, windows: changed, token }
  }
  return { kind: 'take', ...subject, windows, costs: windows.map(() => random(4)), times: 1 + random(3) }
}

/** A reply without what may differ: the clock, and ends that follow from it. */
function told(reply: Reply | Error | undefined, operation: Operation | undefined): unknown {
  if (reply === undefined || reply instanceof Error) return reply?.message
  const { now, ...rest } = reply
  if (!('timesTaken' in rest) || operation?.kind !== 'take') return rest
  const windows = rest.windows.map(({ resetAt, ...state }, i) => {
    const window = operation.windows[i]
    const opensNow = window?.anchor === 'first-hit' && state.used === 0 && resetAt === now + window.windowMs
    return { ...state, resetAt: opensNow ? 'now' : resetAt }
  })
  return { ...rest, windows }
}

/** Integers from 0, always the same for a seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
