import type { Operation, Reply, Take, TakeReply, Window } from '@rl/core'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseValue, REDIS_SCRIPT } from '../src/index.ts'
import { Oracle } from './oracle.ts'
import { Adapter, keyOf, sourceScript, upstashScriptForRedis } from './support.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const LISTS = 500

/** Limiters by their windows (places in `allWindows`), and who is limited by them. Those of one group meet the same counters. */
const GROUPS = [
  {
    // Several deployments at once, with some of the same windows, in any order.
    ids: ['a', 'b'],
    deployments: [[0], [1], [2], [3], [4], [0, 1], [1, 0], [1, 2, 3], [1, 3, 0], [4, 1], [0, 1, 2, 3, 4]],
    areCleared: true,
  },
  { ids: ['c', 'd'], deployments: [[1, 0]], areCleared: true },
  { ids: ['e', 'f'], deployments: [[0, 1]], areCleared: false },
  { ids: ['g', 'h'], deployments: [[1, 2, 3]], areCleared: false },
  { ids: ['i', 'j'], deployments: [[4, 0]], areCleared: false },
  { ids: ['k', 'l'], deployments: [[0]], areCleared: false },
  { ids: ['m', 'n'], deployments: [[2]], areCleared: false },
  { ids: ['o', 'p'], deployments: [[4]], areCleared: false },
] as const
const IDS = GROUPS.flatMap(({ ids }) => ids)

/** Numbers from 0 to below 1, the same for a seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

interface Limiter {
  readonly group: (typeof GROUPS)[number]
  readonly windows: readonly Window[]
}

class Generator {
  readonly #random: () => number
  readonly #taken: { id: string; windows: readonly Window[]; reply: TakeReply }[] = []

  constructor(seed: number) {
    this.#random = randomOf(seed)
  }

  pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T
  }

  /** Remembers what was taken, so that later adjustments meet it. */
  learn({ id, windows }: Take, reply: Reply): void {
    if (!('timesTaken' in reply)) return
    this.#taken.push({ id, windows, reply })
    if (this.#taken.length > 20) this.#taken.shift()
  }

  list(now: number): Operation[] {
    const length = this.pick([1, 1, 1, 2, 3, 8, 20])
    // Lists often repeat one array of windows, as one limiter's do.
    let limiter = this.limiter(now)
    return Array.from({ length }, () => {
      if (this.#random() < 0.3) limiter = this.limiter(now)
      const operation = this.operation(now, limiter)
      return operation.kind === 'take' && this.#random() < 0.08 ? this.row(operation) : operation
    }).flat()
  }

  /** Takes of one identifier behind each other, with different costs. */
  row({ costs, ...take }: Take): Take[] {
    return Array.from({ length: this.pick([2, 3, 5, 12]) }, () => ({
      ...take,
      costs: costs.map((cost) => (this.#random() < 0.5 ? cost : this.pick([0, 1, 2, 9]))),
    }))
  }

  operation(now: number, { group, windows }: Limiter): Operation {
    const subject = { scope: 's', id: this.pick(group.ids) }
    const kind = this.#random()
    if (kind < 0.7 || this.#taken.length === 0) {
      const same = this.pick([0, 1, 1, 1, 2, 7])
      const costs = windows.map(() => (this.#random() < 0.8 ? same : this.pick([0, 1, 5])))
      return { kind: 'take', ...subject, windows, costs, times: this.pick([1, 1, 1, 3, 40]) }
    }
    if (kind < 0.8 && group.areCleared) return { kind: 'clear', ...subject, windows }
    const { id, windows: taken, reply } = this.pick(this.#taken)
    const token = { id: `t${this.pick([1, 2, 3, 4, 5])}`, until: now + this.pick([-1, 30, 500]) }
    return {
      kind: 'adjust',
      scope: 's',
      id,
      windows: taken.map((window, w) => ({
        ...window,
        resetAt: reply.windows[w]?.resetAt ?? 0,
        generation: (reply.windows[w]?.generation ?? 0) + this.pick([0, 0, 0, 0, 1]),
        change: this.pick([-3, -1, 0, 2, 9, -100, Number.MAX_SAFE_INTEGER]),
      })),
      ...(this.#random() < 0.5 ? { token } : {}),
    }
  }

  /** With its own limits. */
  limiter(now: number): Limiter {
    const group = this.pick(GROUPS)
    const all = this.allWindows(now)
    return { group, windows: this.pick<readonly number[]>(group.deployments).map((place) => all[place] as Window) }
  }

  allWindows(now: number): Window[] {
    const limit = () => this.pick([0, 5, 20, 100, 1000])
    const near = now - (now % 150)
    return [
      { anchor: 'epoch', windowMs: 40, limit: limit() },
      { anchor: 'epoch', windowMs: 3_600_000, limit: limit() },
      { anchor: 'first-hit', windowMs: 60, limit: limit() },
      { anchor: 'first-hit', windowMs: 3_600_000, limit: limit(), unit: 'tokens' },
      {
        anchor: 'calendar',
        period: 'day',
        timeZone: 'Europe/Berlin',
        limit: limit(),
        ends: this.pick([
          [near, near + 150, near + 400],
          [near - 150, near + 50, near + 300, near + 450],
          [near + 10, near + 5000],
          [near - 50, near - 20],
        ]),
        longestMs: this.pick([200, 500, 10_000]),
      },
    ]
  }
}

const CASES = [1, 2, 3, 4].flatMap((seed) => [
  ['Redis', seed, REDIS_SCRIPT] as const,
  ['Upstash', seed, upstashScriptForRedis()] as const,
  ['before it is shortened', seed, sourceScript()] as const,
])

test.each(CASES)('mixed lists are answered as a plain oracle answers them (%s, seed %i)', async (_, seed, script) => {
  await using adapter = new Adapter(server, script)
  await adapter.redis.flushall()
  const oracle = new Oracle()
  const generator = new Generator(seed)
  let now = Number((await adapter.redis.time())[0]) * 1000
  let errors = 0
  for (let i = 0; i < LISTS; i++) {
    const list = generator.list(now)
    const replies = await adapter.store.apply(list)
    const clock = replies.find((reply) => 'now' in reply)
    if (clock === undefined) continue
    now = (clock as { now: number }).now
    for (const [place, operation] of list.entries()) {
      const reply = replies[place]
      const expected = oracle.answer(operation, now)
      if (reply instanceof Error) errors++
      expect(reply instanceof Error ? 'error' : reply, JSON.stringify({ i, place, operation })).toEqual(expected)
      if (operation.kind === 'take') generator.learn(operation, reply as Reply)
    }
    if (i % 50 > 0) continue
    for (const id of IDS) {
      const value = await adapter.redis.get(keyOf(id))
      const stored = (value === null ? [] : (parseValue(value)?.counters ?? [])).filter(({ resetAt }) => resetAt > now)
      const open = Object.fromEntries(stored.map(({ name, window, ...state }) => [name, state]))
      // The key may have expired since.
      if (value !== null) expect(open).toEqual(oracle.open(id, now))
    }
  }
  expect(errors).toBeGreaterThan(10)
})
