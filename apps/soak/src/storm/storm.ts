import { setTimeout as sleep } from 'node:timers/promises'
import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import type { FaultKind, RedisServer } from '@rl/test-servers'
import { Random } from '../random.ts'
import { keysWithoutExpiry } from './keys.ts'
import { Onlooker } from './looks.ts'
import { type Finding, playRound, type Tally } from './round.ts'
import { openWorld, type StoreKind, type World } from './world.ts'

/** A storm over one kind of store. */
export interface StormSettings {
  readonly kind: StoreKind
  /** Calls and faults follow from it; the times of answers do not. An integer. */
  readonly seed: number
  /** It goes on until the store has made this many decisions and this many faults have happened. */
  readonly decisions: number
  readonly faults: number
  /** It ends after this many milliseconds at the latest. Default two minutes. */
  readonly withinMs?: number
  /** Probability of a fault for each command. Default: the kind's own, see {@link COURSES}. */
  readonly rate?: number | undefined
  /** Default: all. */
  readonly kinds?: readonly FaultKind[] | undefined
}

export interface StormReport extends Tally {
  readonly kind: StoreKind
  readonly seed: number
  readonly faults: number
  readonly faultsOfKind: Readonly<Record<string, number>>
  /** Answers that no atomic counter would have given. */
  readonly violations: readonly Finding[]
  /** Calls that never settled. */
  readonly unsettled: number
  readonly keysWithoutTtl: number
  /** How long after the last fault each client had an answer again, at most. */
  readonly recoveryMs: number
  readonly seconds: number
}

/** How a storm is made over a kind of store. */
interface Course {
  readonly clients: number
  /** Callers of each client. The more there are, the more calls travel together. */
  readonly callers: number
  /** As a connection carries many commands, a fault in many of them would let none live. */
  readonly rate: number
}

const COURSES: Readonly<Record<StoreKind, Course>> = {
  ioredis: { clients: 8, callers: 40, rate: 0.045 },
  'node-redis': { clients: 8, callers: 40, rate: 0.06 },
  upstash: { clients: 3, callers: 128, rate: 0.1 },
  'ioredis-cluster': { clients: 4, callers: 40, rate: 0.02 },
  'node-redis-cluster': { clients: 4, callers: 40, rate: 0.02 },
}

const DEADLINE_MS = 400
const ROUND_DECISIONS = 60_000

/** Raises a storm, and checks the history of each of its rounds. Rejects if a client does not recover. */
export async function runStorm(settings: StormSettings, onRound?: (sofar: Tally) => void): Promise<StormReport> {
  const { kind, seed, kinds, withinMs = 120_000 } = settings
  const { clients, callers, rate: usualRate } = COURSES[kind]
  const { rate = usualRate } = settings
  const started = performance.now()
  const random = new Random(seed)
  const world = await openWorld(kind, { clients, rate, kinds }, random)
  try {
    const onlooker = new Onlooker(world.direct, kind)
    const tallies: Tally[] = []
    const violations: Finding[] = []
    let unsettled = 0
    const over = (): boolean => performance.now() - started > withinMs
    const enough = (): boolean => sum(tallies).decided >= settings.decisions && faultsOf(world) >= settings.faults
    for (const { setRate } of world.proxies) setRate(rate)
    while (!enough() && !over()) {
      const left = settings.decisions - sum(tallies).decided
      const decisions = left > 0 ? Math.min(left, ROUND_DECISIONS) : ROUND_DECISIONS / 4
      const round = await playRound(world, onlooker, {
        name: `${seed}.${tallies.length}`,
        decisions,
        over,
        callers,
        deadlineMs: DEADLINE_MS,
        random,
      })
      tallies.push(round.tally)
      violations.push(...round.violations)
      unsettled += round.unsettled
      onRound?.(sum(tallies))
    }
    for (const { setRate, cutAll } of world.proxies) {
      setRate(0)
      cutAll()
    }
    const recoveryMs = Math.max(...(await Promise.all(world.clients.map(({ store }) => untilItAnswers(store)))))
    return {
      kind,
      seed,
      ...sum(tallies),
      faults: faultsOf(world),
      faultsOfKind: faultsByKind(world),
      violations,
      unsettled,
      keysWithoutTtl: await keysOf(world.servers),
      recoveryMs,
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await world.close()
  }
}

function sum(tallies: readonly Tally[]): Tally {
  const total = { calls: 0, decided: 0, denied: 0, local: 0, unknown: 0, notExecuted: 0, looks: 0, latestMs: 0 }
  for (const tally of tallies) {
    for (const name of Object.keys(total) as (keyof Tally)[]) {
      total[name] = name === 'latestMs' ? Math.max(total[name], tally[name]) : total[name] + tally[name]
    }
  }
  return total
}

function faultsOf({ proxies }: World): number {
  return proxies.reduce((total, { totalInjected }) => total + totalInjected, 0)
}

function faultsByKind({ proxies }: World): Readonly<Record<string, number>> {
  const total: Record<string, number> = {}
  for (const { injected } of proxies) {
    for (const [kind, count] of Object.entries(injected)) if (count > 0) total[kind] = (total[kind] ?? 0) + count
  }
  return total
}

async function keysOf(servers: readonly RedisServer[]): Promise<number> {
  const counts = await Promise.all(servers.map(keysWithoutExpiry))
  return counts.reduce((total, count) => total + count, 0)
}

const GIVE_UP_MS = 300_000

async function untilItAnswers(store: CounterStore): Promise<number> {
  const limiter = new FixedWindowRateLimiter({
    name: 'recovery',
    store,
    limit: 1_000_000,
    window: '1m',
    deadlineMs: 500,
  })
  const since = performance.now()
  for (;;) {
    try {
      await limiter.limit('anybody')
      return performance.now() - since
    } catch (error) {
      if (performance.now() - since > GIVE_UP_MS) throw new Error('a client did not recover', { cause: error })
      await sleep(5)
    }
  }
}
