import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WindowOptions } from '@rl/core'
import type { DenyCacheOptions, LeaseOptions } from '@rl/core/fast-paths'

/** A worker's orders. */
export interface Order {
  readonly adapter: 'ioredis' | 'node-redis' | 'Upstash' | 'pg' | 'postgres'
  readonly redisUrl?: string
  readonly postgresUrl?: string
  /** Where the Upstash REST server is. */
  readonly rest?: { readonly url: string; readonly token: string }
  /** How far its clock is off. */
  readonly skewMs: number
  readonly limiters: readonly SharedLimiter[]
  /** Callers for each identifier, each of which calls again as soon as it has its answer. */
  readonly callers: number
  /** Attempts for each identifier, at least. */
  readonly attempts: number
  /** Windows of each kind to be seen for each identifier, at least. */
  readonly windows: number
  /** Admitted units of an identifier after which nothing is asked for it for `pauseMs`. Default: no pauses. */
  readonly burst?: number
  readonly pauseMs?: number
}

/** A limiter that every process has, with the identifiers to ask for and the limit of each in each window. */
export interface SharedLimiter {
  readonly name: string
  readonly windows: readonly WindowOptions[]
  readonly ids: readonly { readonly id: string; readonly limit: readonly number[] }[]
  readonly deadlineMs: number
  /** Default: no lease. */
  readonly lease?: LeaseOptions
  /** Default: no deny cache. */
  readonly denyCache?: DenyCacheOptions
}

/** The answers that a worker got about one identifier. */
export interface Finding {
  /** The place of the limiter in the order. */
  readonly limiter: number
  readonly id: string
  /** By the place of the window in the options. */
  readonly windows: readonly (readonly SeenWindow[])[]
  /** How many answers of each kind there were, such as `'store admitted'`. */
  readonly sources: Readonly<Record<string, number>>
  /** Denials that left something in every window. */
  readonly unexplained: number
  /** Local answers to calls that were made after the window's end, by the process's own clock. */
  readonly late: number
}

interface SeenWindow {
  readonly resetAt: number
  /** Denials that said that this window is used up. */
  readonly denied: number
  /** The count after each admitted unit. */
  readonly counts: readonly number[]
}

export interface Report {
  readonly order: Order
  readonly findings: readonly Finding[]
  /** The process's own clock at its end. */
  readonly now: number
}

const WORKER = fileURLToPath(new URL('./workers/hammer.mjs', import.meta.url))

type Message = { type: 'ready' } | { type: 'failed'; message: string } | ({ type: 'done' } & Omit<Report, 'order'>)

/** Runs one process for each order, all at once, and resolves with their reports. */
export async function runProcesses(orders: readonly Order[]): Promise<readonly Report[]> {
  for (const name of ['core', 'redis-script', 'ioredis', 'node-redis', 'upstash', 'postgres']) {
    const built = fileURLToPath(new URL(`../packages/${name}/dist/index.js`, import.meta.url))
    if (!existsSync(built)) {
      throw new Error(`packages/${name} is not built, and processes run what is: run "npx --yes pnpm@12 build" first`)
    }
  }
  const workers = orders.map(() => fork(WORKER, { execArgv: [] }))
  try {
    const ready = workers.map((worker) => answerOf(worker, 'ready'))
    workers.forEach((worker, i) => void worker.send(orders[i] as Order))
    await Promise.all(ready)
    const done = workers.map((worker) => answerOf(worker, 'done'))
    for (const worker of workers) worker.send('go')
    const reports = await Promise.all(done)
    return reports.map((report, i) => ({ ...report, order: orders[i] as Order }))
  } finally {
    for (const worker of workers) worker.kill('SIGKILL')
  }
}

function answerOf<T extends Message['type']>(worker: ChildProcess, type: T): Promise<Message & { type: T }> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: Message) => {
      if (message.type === type) resolve(message as Message & { type: T })
      else reject(new Error(message.type === 'failed' ? `a process failed: ${message.message}` : message.type))
    })
    worker.once('exit', (code) => reject(new Error(`a process ended with code ${code}`)))
  })
}

/** A window as all processes together saw it. */
export interface JoinedWindow {
  readonly limiter: number
  readonly id: string
  /** The place of the window in the options. */
  readonly place: number
  readonly limit: number
  readonly resetAt: number
  /** Of all processes. */
  readonly denied: number
  /** Of all processes, ascending. */
  readonly counts: readonly number[]
  /** How many units each process was admitted, in their order. */
  readonly shares: readonly number[]
}

/** Joins the answers of all processes about each window, by the window's end as the store named it. In order of time. */
export function joinWindows(reports: readonly Report[]): readonly JoinedWindow[] {
  const joined = new Map<string, JoinedWindow & { denied: number; counts: number[]; shares: number[] }>()
  reports.forEach(({ order, findings }, process) => {
    for (const { limiter, id, windows } of findings) {
      windows.forEach((seen, place) => {
        const limit = order.limiters[limiter]?.ids.find((each) => each.id === id)?.limit[place] ?? Number.NaN
        for (const { resetAt, denied, counts } of seen) {
          const key = `${limiter} ${id} ${place} ${resetAt}`
          const shares = reports.map(() => 0)
          const window = joined.get(key) ?? { limiter, id, place, limit, resetAt, denied: 0, counts: [], shares }
          joined.set(key, window)
          window.denied += denied
          window.counts.push(...counts)
          window.shares[process] = counts.length
        }
      })
    }
  })
  for (const { counts } of joined.values()) counts.sort((a, b) => a - b)
  return [...joined.values()].sort((a, b) => a.resetAt - b.resetAt)
}

/** How many answers of each kind all processes got together. */
export function sumSources(reports: readonly Report[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const { sources } of reports.flatMap(({ findings }) => findings)) {
    for (const [source, count] of Object.entries(sources)) sums[source] = (sums[source] ?? 0) + count
  }
  return sums
}
