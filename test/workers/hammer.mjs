// One of several processes that share limits: it asks as quickly as it gets answers, and reports what it was told.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** @import { Finding, Order } from '../processes.ts' */

try {
  await work(await nextMessage())
} catch (error) {
  await tell({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
process.disconnect()

/** @param {Order} order */
async function work(order) {
  skewClock(order.skewMs)
  // Not before the clock is skewed: nothing may have a look at the true one.
  const { FixedWindowRateLimiter } = await import('@rl/core')
  const fastPaths = await import('@rl/core/fast-paths')
  const { store, close } = await connect(order)
  const limiters = order.limiters.map(({ ids: _, lease, denyCache, ...options }) => {
    const paths = []
    if (lease !== undefined) paths.push(fastPaths.lease(lease))
    if (denyCache !== undefined) paths.push(fastPaths.denyCache(denyCache))
    return new FixedWindowRateLimiter({ ...options, store, fastPaths: paths })
  })
  await limiters[0].peek('warm-up')
  const told = nextMessage()
  await tell({ type: 'ready' })
  await told
  const asked = order.limiters.flatMap(({ ids }, place) => ids.map((id) => hammer(order, place, limiters[place], id)))
  const findings = await Promise.all(asked)
  await tell({ type: 'done', findings, now: Date.now() })
  await close()
}

/**
 * Asks for one identifier until there were enough attempts and enough windows.
 *
 * @returns {Promise<Finding>}
 */
async function hammer({ callers, attempts, windows: enough, burst, pauseMs }, place, limiter, { id, limit }) {
  /** The answers about each window, by its place in the options and its end. */
  const windows = limiter.windows.map(() => new Map())
  const sources = {}
  let asked = 0
  let unexplained = 0
  let late = 0
  let admitted = 0
  /** While this process asks for nothing. */
  let pause

  function note(decision, calledAt) {
    asked++
    const source = `${decision.source} ${decision.allowed ? 'admitted' : 'denied'}`
    sources[source] = (sources[source] ?? 0) + 1
    if (!decision.allowed && decision.windows.every(({ remaining }) => remaining > 0)) unexplained++
    if (decision.source !== 'store' && calledAt >= decision.resetAt) late++
    if (decision.allowed && ++admitted % burst === 0) pause = sleep(pauseMs)
    decision.windows.forEach(({ limit, remaining, resetAt }, i) => {
      // Where another window was in the way, this one may not even be open.
      if (!decision.allowed && remaining > 0) return
      const seen = windows[i].get(resetAt) ?? { resetAt, denied: 0, counts: [] }
      windows[i].set(resetAt, seen)
      if (decision.allowed) seen.counts.push(limit - remaining)
      else seen.denied++
    })
  }

  async function call() {
    while (asked < attempts || windows.some((seen) => seen.size < enough)) {
      const calledAt = Date.now()
      const decision = await limiter.limit(id, { limit })
      note(decision, calledAt)
      // Answers of this process take no time at all: the server must have a chance to be heard. And no more
      // is learnt from denying more often than every few milliseconds.
      await (decision.source === 'deny-cache' ? sleep(4) : nextTurn())
      await pause
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return { limiter: place, id, windows: windows.map((seen) => [...seen.values()]), sources, unexplained, late }
}

/** @param {Order} order */
async function connect({ adapter, redisUrl, rest, postgresUrl }) {
  if (adapter === 'ioredis') {
    const [{ Redis }, { IoredisStore, recommendedOptions }] = await Promise.all([
      import('ioredis'),
      import('@rl/ioredis'),
    ])
    // As long as the limiters' deadline: a server that is held up fails no call.
    const redis = new Redis(redisUrl, { ...recommendedOptions, connectTimeout: 60_000, socketTimeout: 60_000 })
    return { store: new IoredisStore(redis), close: () => redis.disconnect() }
  }
  if (adapter === 'node-redis') {
    const [{ createClient }, { NodeRedisStore }] = await Promise.all([import('redis'), import('@rl/node-redis')])
    const client = await createClient({ url: redisUrl }).connect()
    return { store: new NodeRedisStore(client), close: () => client.destroy() }
  }
  if (adapter === 'pg') {
    const [{ Pool }, { PostgresStore }] = await Promise.all([import('pg'), import('@rl/postgres')])
    const pool = new Pool({ connectionString: postgresUrl })
    return { store: new PostgresStore(pool), close: () => pool.end() }
  }
  if (adapter === 'postgres') {
    const [{ default: postgres }, { PostgresStore }] = await Promise.all([import('postgres'), import('@rl/postgres')])
    const sql = postgres(postgresUrl)
    return { store: new PostgresStore(sql), close: () => sql.end() }
  }
  const [{ Redis }, { UpstashStore, recommendedOptions }] = await Promise.all([
    import('@upstash/redis'),
    import('@rl/upstash'),
  ])
  // Without the recommended time limit, for the same reason.
  return { store: new UpstashStore(new Redis({ retry: recommendedOptions.retry, ...rest })), close: () => {} }
}

function skewClock(ms) {
  const TrueDate = Date
  globalThis.Date = class extends TrueDate {
    constructor(...args) {
      super(...(args.length === 0 ? [TrueDate.now() + ms] : args))
    }
    static now() {
      return TrueDate.now() + ms
    }
  }
}

function nextMessage() {
  return new Promise((resolve) => process.once('message', resolve))
}

function tell(message) {
  return new Promise((resolve) => process.send(message, undefined, {}, resolve))
}
