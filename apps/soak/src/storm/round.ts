import { setTimeout as sleep } from 'node:timers/promises'
import { checkHistory } from '../history/check.ts'
import { type History, isAnswered, isAsk } from '../history/operation.ts'
import { Recorder } from '../history/recorder.ts'
import type { Violation } from '../history/violation.ts'
import type { Random } from '../random.ts'
import { callUntil, IDS, type Limiters } from './callers.ts'
import type { Onlooker } from './looks.ts'
import { aheadOf, limiterFor, POLICIES, type Policy } from './policies.ts'
import type { World } from './world.ts'

/** The operations. */
export interface Tally {
  calls: number
  /** Answered from a counter in the store. */
  decided: number
  /** Of these, denied. */
  denied: number
  /** Answered from a lease or a deny cache. */
  local: number
  /** Without an answer: they may have been charged. */
  unknown: number
  /** Without an answer, and certainly not charged. */
  notExecuted: number
  /** Counters read past the limiters. */
  looks: number
  /** The longest that a call took beyond its deadline, in milliseconds; at least 0. */
  latestMs: number
}

/** A violation, and where it was. */
export interface Finding extends Violation {
  readonly policy: string
}

export interface RoundSettings {
  /** Sets its counters apart. */
  readonly name: string
  /** How many decisions to make. */
  readonly decisions: number
  /** Whether to end before that. */
  readonly over: () => boolean
  /** Callers of each client. */
  readonly callers: number
  readonly deadlineMs: number
  readonly random: Random
}

const LOOK_EVERY_MS = 150
const SETTLE_MS = 10_000

/** One round of a storm. Each has new counters, so that what is checked at once stays small. */
export async function playRound(
  world: World,
  onlooker: Onlooker,
  { name, decisions, over, callers: callersEach, deadlineMs, random }: RoundSettings,
): Promise<{ tally: Tally; violations: readonly Finding[]; unsettled: number }> {
  const recorders = new Map(
    POLICIES.map((policy) => [policy, new Recorder({ ahead: aheadOf(policy, world.clients.length) })]),
  )
  const all = [...recorders.values()]
  const decided = (): number => all.reduce((sum, recorder) => sum + recorder.answered, 0)
  let failed = false
  const stopped = (): boolean => failed || over() || decided() >= decisions

  const callers = world.clients.flatMap(({ store }) => {
    const limiters: Limiters = new Map(
      Array.from(recorders, ([policy, recorder]) => [
        policy,
        recorder.record(limiterFor(policy, store, name, deadlineMs)),
      ]),
    )
    return Array.from({ length: callersEach }, () => callUntil(stopped, limiters, random.fork()))
  })
  const looking = lookUntil(stopped, onlooker, name, recorders)
  const flushing = forgetScriptsUntil(stopped, world)
  const settled = Promise.race([
    Promise.all(callers),
    untilStopped(stopped).then(() => sleep(SETTLE_MS, undefined, { ref: false })),
  ])
  await Promise.all(
    [settled, looking, flushing].map((each) =>
      each.catch((error: unknown) => {
        failed = true
        throw error
      }),
    ),
  )
  await lookAtAll(onlooker, name, recorders)

  const violations = Array.from(recorders, ([policy, recorder]) =>
    checkHistory(recorder.history()).map((violation) => ({ ...violation, policy: policy.name })),
  ).flat()
  const unsettled = all.reduce((sum, { pending }) => sum + pending, 0)
  return { tally: tallyOf(recorders, deadlineMs), violations, unsettled }
}

async function untilStopped(stopped: () => boolean): Promise<void> {
  while (!stopped()) await sleep(20)
}

async function lookUntil(
  stopped: () => boolean,
  onlooker: Onlooker,
  name: string,
  recorders: ReadonlyMap<Policy, Recorder>,
): Promise<void> {
  while (!stopped()) {
    await sleep(LOOK_EVERY_MS)
    await lookAtAll(onlooker, name, recorders)
  }
}

async function lookAtAll(onlooker: Onlooker, name: string, recorders: ReadonlyMap<Policy, Recorder>): Promise<void> {
  for (const [policy, recorder] of recorders) {
    const { windows } = recorder.history()
    const looks = await Promise.all(IDS.map((id) => onlooker.look(`${policy.name}.${name}`, windows, id)))
    for (const look of looks) recorder.add(look)
  }
}

/** A server may forget its scripts at any time. */
async function forgetScriptsUntil(stopped: () => boolean, { servers }: World): Promise<void> {
  while (!stopped()) {
    await sleep(100)
    await Promise.all(servers.map((server) => server.command('SCRIPT', 'FLUSH')))
  }
}

function tallyOf(recorders: ReadonlyMap<Policy, Recorder>, deadlineMs: number): Tally {
  const tally: Tally = { calls: 0, decided: 0, denied: 0, local: 0, unknown: 0, notExecuted: 0, looks: 0, latestMs: 0 }
  for (const [{ maxWaitMs = 0 }, recorder] of recorders) {
    tally.latestMs = Math.max(tally.latestMs, recorder.longestMs - deadlineMs - maxWaitMs)
    count(recorder.history(), tally)
  }
  return tally
}

function count({ operations }: History, tally: Tally): void {
  for (const operation of operations) {
    if (operation.kind === 'look') tally.looks++
    else tally.calls++
    if (!isAsk(operation)) continue
    const { result } = operation
    if (result === 'unknown') tally.unknown++
    else if (result === 'not-executed') tally.notExecuted++
    if (!isAnswered(operation)) continue
    if (operation.result.source !== 'store') tally.local++
    else if (operation.result.allowed) tally.decided++
    else {
      tally.decided++
      tally.denied++
    }
  }
}
