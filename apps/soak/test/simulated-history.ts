import fc from 'fast-check'
import type { Answer, Ask, History, Operation } from '../src/history/operation.ts'
import { type Bug, SimulatedCounters, type SimulatedWindow } from './simulated-counters.ts'

/** One thing that happens. Times are whole milliseconds, so that many things happen at once. */
export interface Step {
  readonly what: 'limit' | 'peek' | 'refund' | 'reset' | 'look'
  readonly id: number
  readonly cost: number
  /** Added to the limits of this call. */
  readonly plan: number
  /** Time that goes by first. */
  readonly pause: number
  /** How long before it happened it was invoked, and how long afterwards it returned. */
  readonly before: number
  readonly after: number
  /** Without an answer, it happened nevertheless: within the call, after its end, or not at all. */
  readonly fate: 'answered' | 'lost' | 'late' | 'never' | 'refused'
  /** Picks the decision that is refunded. */
  readonly pick: number
}

interface Chances {
  readonly refunds?: boolean
  readonly resets?: boolean
  readonly faults?: boolean
  /** How many steps. */
  readonly least?: number
  readonly most?: number
}

/** Steps of a storm. */
export function steps({
  refunds = true,
  resets = true,
  faults = true,
  least = 0,
  most = 200,
}: Chances): fc.Arbitrary<Step[]> {
  const step = fc.record<Step>({
    what: fc.oneof(
      { weight: 12, arbitrary: fc.constant('limit' as const) },
      { weight: 2, arbitrary: fc.constant('peek' as const) },
      { weight: 2, arbitrary: fc.constant('look' as const) },
      { weight: refunds ? 3 : 0, arbitrary: fc.constant('refund' as const) },
      { weight: resets ? 1 : 0, arbitrary: fc.constant('reset' as const) },
    ),
    id: fc.nat(1),
    cost: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.constant(0) }),
    plan: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -3, max: 4 }) }),
    pause: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(30) }),
    before: fc.nat(12),
    after: fc.nat(12),
    fate: fc.oneof(
      { weight: 8, arbitrary: fc.constant('answered' as const) },
      { weight: faults ? 2 : 0, arbitrary: fc.constantFrom('lost', 'late', 'never', 'refused') },
    ),
    pick: fc.nat(),
  })
  return fc.array(step, { minLength: least, maxLength: most, size: 'max' })
}

/** Which steps suffer from a bug. */
export interface Defect {
  readonly bug: Bug
  readonly at: (place: number) => boolean
}

/** The answers of one atomic counter, or of one with a defect. */
export function simulate(windows: readonly SimulatedWindow[], steps: readonly Step[], defect?: Defect): History {
  const operations: Operation[] = []
  const counters = [new SimulatedCounters(windows), new SimulatedCounters(windows)]
  const admitted: (Ask & { readonly result: Answer })[] = []
  let earlier: Answer | undefined
  let now = 1_000_000
  steps.forEach((step, place) => {
    now += step.pause
    const bug = defect?.at(place) ? defect.bug : undefined
    const { what, cost, fate } = step
    const id = `user_${step.id}`
    const own = counters[step.id] as SimulatedCounters
    const during = { invoked: now - step.before, returned: now + step.after }
    // A late one ran when its caller had given up already.
    const times = fate === 'late' ? { invoked: now - step.before - 20, returned: now - step.before } : during
    const failure = fate === 'refused' ? 'not-executed' : 'unknown'
    const runs = fate === 'answered' || fate === 'lost' || fate === 'late'
    if (bug === 'loses its data') own.reset()

    if (what === 'look') {
      operations.push({ kind: 'look', id, ...during, now, counters: own.stored(now) })
    } else if (what === 'reset') {
      if (runs) own.reset()
      operations.push({ kind: 'reset', id, ...times, result: fate === 'answered' ? 'done' : failure })
    } else if (what === 'refund') {
      const known = admitted.filter((ask) => ask.id === id && ask.returned <= times.invoked)
      const [ask] =
        known.length === 0
          ? []
          : admitted.splice(admitted.indexOf(known[step.pick % known.length] as Ask & { result: Answer }), 1)
      if (ask === undefined) return
      const resetAts = ask.result.windows.map(({ resetAt }) => resetAt)
      const given = runs && own.refund(ask.cost, resetAts, now, bug)
      const result = fate === 'answered' ? (given ? 'given' : 'nothing') : failure
      operations.push({ kind: 'refund', id, cost: ask.cost, resetAts, ...times, result })
    } else {
      const limits = windows.map(({ limit }) => Math.max(0, limit + step.plan))
      const units = what === 'peek' ? 0 : cost
      const asked = { kind: what, id, cost, limits, ...times }
      if (fate !== 'answered') {
        if (runs) own.takeUnseen(units, limits, now, bug)
        operations.push({ ...asked, result: failure })
        return
      }
      const reply = own.take(units, limits, now, bug)
      const allowed =
        what === 'peek'
          ? reply.windows.every(({ remaining }) => remaining >= cost) && fits(own, limits, now)
          : reply.allowed
      const answer: Answer = { allowed, source: 'store', windows: reply.windows }
      const told = bug === 'answers from yesterday' && what === 'peek' ? (earlier ?? answer) : answer
      earlier ??= answer
      operations.push({ ...asked, result: told })
      if (what === 'limit' && answer.allowed && cost > 0) admitted.push({ ...asked, result: answer })
    }
  })
  return { windows, operations }
}

/** Under a lower limit than another call's, more may be used than fits. */
function fits(counters: SimulatedCounters, limits: readonly number[], now: number): boolean {
  return counters.open(now).every(({ used }, i) => used <= (limits[i] ?? 0))
}
