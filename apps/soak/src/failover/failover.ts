import { setTimeout as sleep } from 'node:timers/promises'
import { FixedWindowRateLimiter } from '@rl/core'
import { groupBy } from '../history/amounts.ts'
import { checkHistory } from '../history/check.ts'
import { isAsk, isCharged, type Operation } from '../history/operation.ts'
import { type RecordedLimiter, Recorder } from '../history/recorder.ts'
import type { Violation } from '../history/violation.ts'
import { Random } from '../random.ts'
import { type ClientKind, type Group, type GroupKind, openGroup } from './groups.ts'

export interface FailoverSettings {
  readonly kind: GroupKind
  /** Which client, how the master goes, and how much was used before, follow from it. An integer. */
  readonly seed: number
}

export interface FailoverReport {
  readonly kind: GroupKind
  readonly seed: number
  readonly client: ClientKind
  readonly lostBy: LostBy
  /** Identifiers whose counters went backwards. */
  readonly identifiers: number
  readonly limit: number
  /** Units admitted beyond the limit in one window: the most, and the average over the identifiers. */
  readonly mostOver: number
  readonly meanOver: number
  /** How long no call was answered, in milliseconds. */
  readonly outageMs: number
  readonly unsettled: number
  readonly violations: readonly Violation[]
}

/** A killed master is gone; a paused one comes back when another has taken its place. */
type LostBy = 'kill' | 'pause'

const LIMIT = 40
const IDENTIFIERS = 12
const DEADLINE_MS = 500
/** Against servers that never do what is waited for; a busy machine may take its time. */
const GIVE_UP_MS = 300_000

/**
 * Lets a master go after its replica missed the latest writes, calls on until the limit denies again, and counts what was
 * admitted beyond it (I9: at most the limit once more).
 */
export async function runFailover({ kind, seed }: FailoverSettings): Promise<FailoverReport> {
  const random = new Random(seed)
  const client = random.pick<ClientKind>(['ioredis', 'node-redis'])
  // A node-redis cluster waits for a master that hangs, for as long as its connection lasts.
  const mayHang = kind === 'sentinel' || client === 'ioredis'
  const lostBy = random.pick<LostBy>(mayHang ? ['kill', 'pause'] : ['kill'])
  const group = await openGroup(kind, client)
  try {
    const recorder = new Recorder()
    const name = `failover.${seed}`
    const limiter = recorder.record(limiterOn(group, name))
    const ids = await heldIdentifiers(group, name)
    await untilAnswered(limiter)
    await Promise.all(ids.map((id) => take(limiter, id, random.integer(1, LIMIT - 1))))
    await untilReplicated(group)

    await dropReplication(group)
    await Promise.all(ids.map((id) => untilDenied(limiter, id)))
    const lostAt = performance.now()
    await lose(group, lostBy)
    await Promise.all(ids.map((id) => untilDenied(limiter, id)))
    const outageMs = performance.now() - lostAt
    if (lostBy === 'pause') {
      group.master.resume()
      for (let again = 0; again < 20; again++) {
        await Promise.all(ids.map((id) => limiter.limit(id)))
        await sleep(10)
      }
    }

    const history = recorder.history()
    const over = overAdmitted(history.operations, ids)
    return {
      kind,
      seed,
      client,
      lostBy,
      identifiers: over.filter((units) => units > 0).length,
      limit: LIMIT,
      mostOver: Math.max(...over),
      meanOver: over.reduce((sum, units) => sum + units, 0) / over.length,
      outageMs,
      unsettled: recorder.pending,
      violations: checkHistory(history, { losses: 1 }),
    }
  } finally {
    await group.close()
  }
}

/** Soon asks again, so that the outage is that of the servers and the client. */
function limiterOn({ store }: Group, name: string): FixedWindowRateLimiter {
  const breaker = { failures: 5, probeAfterMs: 20 }
  return new FixedWindowRateLimiter({ name, store, limit: LIMIT, window: '1d', deadlineMs: DEADLINE_MS, breaker })
}

async function heldIdentifiers(group: Group, name: string): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 0; ids.length < IDENTIFIERS; n++) {
    const id = `user_${n}`
    if (await group.holds(name, id)) ids.push(id)
  }
  return ids
}

async function untilAnswered(limiter: RecordedLimiter): Promise<void> {
  await until('the first answer', async () => (await limiter.peek('anybody')) !== undefined)
}

async function take(limiter: RecordedLimiter, id: string, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await limiter.limit(id)
}

async function untilDenied(limiter: RecordedLimiter, id: string): Promise<void> {
  await until('a denial', async () => (await limiter.limit(id))?.allowed === false)
}

async function untilReplicated({ master, replica }: Group): Promise<void> {
  await until('the replica to catch up', async () => {
    const [sent, received] = await Promise.all([master, replica].map((server) => server.command('INFO', 'replication')))
    const offset = (info: unknown, name: string): string | undefined =>
      new RegExp(`^${name}:(\\d+)`, 'm').exec(String(info))?.[1]
    return offset(sent, 'master_repl_offset') === offset(received, 'slave_repl_offset')
  })
}

/** Later writes never reach the replica: it can't notice that the connection is gone. */
async function dropReplication({ master, replica }: Group): Promise<void> {
  replica.pause()
  await master.command('CLIENT', 'KILL', 'TYPE', 'replica')
}

async function lose({ master, replica }: Group, lostBy: LostBy): Promise<void> {
  if (lostBy === 'kill') await master.kill()
  else master.pause()
  replica.resume()
}

/** Units admitted beyond the limit, for each identifier, in its worst window. */
function overAdmitted(operations: readonly Operation[], ids: readonly string[]): readonly number[] {
  const charged = groupBy(operations.filter(isAsk).filter(isCharged), ({ id }) => id)
  return ids.map((id) => {
    const byWindow = groupBy(charged.get(id) ?? [], ({ result }) => result.windows[0]?.resetAt)
    const admitted = Array.from(byWindow.values(), (asks) => asks.reduce((sum, { cost }) => sum + cost, 0))
    return Math.max(0, ...admitted.map((units) => units - LIMIT))
  })
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const since = performance.now()
  while (!(await holds())) {
    if (performance.now() - since > GIVE_UP_MS) throw new Error(`gave up waiting for ${what}`)
    await sleep(10)
  }
}
