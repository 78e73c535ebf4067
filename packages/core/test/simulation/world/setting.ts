import type { BreakerChange, BreakerOptions } from '../../../src/index.ts'
import type { Journal } from '../journal.ts'
import { type Actor, type ActorWindow, newActor } from './actor.ts'
import type { Faults } from './faults.ts'
import { Group, type GroupSettings } from './group.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { Storage } from './storage.ts'

const NONE: Faults = { refusedForTheMoment: 0, refused: 0, lost: 0, entry: 0, malformed: 0, late: 0 }
const SOME: Faults = { refusedForTheMoment: 0.05, refused: 0.02, lost: 0.04, entry: 0.02, malformed: 0.02, late: 0.02 }
const MANY: Faults = { refusedForTheMoment: 0.2, refused: 0.1, lost: 0.2, entry: 0.1, malformed: 0.05, late: 0.05 }
const REFUSING: Faults = { ...NONE, refusedForTheMoment: 0.5 }

/** Emphasis of a history, so that rare events come sooner. */
export type Focus = 'leases' | 'stalls' | 'slow stores'

/** The settings of a history. */
export interface Setting {
  readonly storages: readonly Storage[]
  readonly groups: readonly Group[]
  readonly actors: readonly Actor[]
  readonly ids: readonly string[]
  readonly failures: number
  readonly probeAfterMs: number
  readonly hasOutages: boolean
  readonly meanGapMs: number
  /** How many calls come at once. */
  readonly crowds: readonly number[]
}

export function newSetting(
  random: Random,
  scheduler: Scheduler,
  journal: Journal,
  isEven: boolean,
  focus: Focus | undefined,
  onChange: (change: BreakerChange) => void,
): Setting {
  const prefetched = new WeakMap<object, number>()
  const offsetMs = 1.7e12 + random.int(0, 100_000)
  const storages = [new Storage(scheduler, offsetMs), new Storage(scheduler, offsetMs - 5)]
  const hasLeases = focus === 'leases'
  const faults = hasLeases ? NONE : random.pick([NONE, NONE, NONE, SOME, SOME, MANY, REFUSING])
  const names = ['x', 'y', 'z']
  const groups: Group[] = []
  const newGroup = (storage: Storage | undefined): Group => {
    const label = `store ${groups.length + 1}`
    const settings = newGroupSettings(
      label,
      random,
      faults,
      focus,
      random.chance(0.15) ? random.pick(names) : undefined,
    )
    const group = new Group(settings, storage as Storage, scheduler, random, journal, prefetched)
    groups.push(group)
    return group
  }
  const primaries = Array.from({ length: hasLeases ? 2 : random.pick([1, 1, 1, 2]) }, () => newGroup(storages[0]))
  const isSlow = focus === 'slow stores'
  const fallback = !hasLeases && !isSlow && random.chance(0.25) ? newGroup(storages[1]) : undefined

  const failures = isSlow ? Number.POSITIVE_INFINITY : random.pick([1, 3, 5, 5, 5, Number.POSITIVE_INFINITY])
  const probeAfterMs = random.pick([20, 200])
  const breaker: BreakerOptions | false = Number.isFinite(failures) ? { failures, probeAfterMs, onChange } : false
  const windows = new Map(names.map((name) => [name, newWindows(random, isEven)]))
  const actors: Actor[] = []
  for (const group of primaries) {
    const limiters = hasLeases ? 1 : random.pick([1, 1, 2, 3])
    for (const name of names.slice(0, limiters)) {
      // A scope belongs to one limiter on each store, so that it is known whose operations these are.
      const hasFallback =
        fallback !== undefined && random.chance(0.6) && !actors.some((actor) => actor.fallback && actor.name === name)
      const own = windows.get(name) ?? []
      actors.push(
        newActor(
          actors.length,
          name,
          own,
          group,
          hasFallback ? fallback : undefined,
          breaker,
          prefetched,
          hasLeases || random.chance(0.35),
          random,
        ),
      )
    }
  }
  return {
    storages,
    groups,
    actors,
    ids: hasLeases ? ['a'] : random.pick([['a'], ['a', 'b', '}x{'], Array.from({ length: 20 }, (_, i) => `id${i}`)]),
    failures,
    probeAfterMs,
    hasOutages: faults !== NONE && random.chance(0.5),
    meanGapMs: random.pick([0.2, 2, 2, 15, 80]),
    crowds: [1, 1, 1, 2, 5, 20, random.chance(0.15) ? 100 : 3],
  }
}

function newGroupSettings(
  label: string,
  random: Random,
  faults: Faults,
  focus: Focus | undefined,
  forbiddenScope: string | undefined,
): GroupSettings {
  return {
    label,
    latencyMs: random.chance(focus === 'slow stores' ? 1 : 0.05) ? 500 : random.pick([0.5, 2, 2, 10, 40]),
    isOrdered: random.chance(0.5),
    answersAtOnce: random.chance(0.12),
    parallelism: random.pick([1, 1, 2, 4]),
    resends: random.chance(0.2),
    faults,
    forbiddenScope: faults === NONE ? undefined : forbiddenScope,
    brokenId: faults !== NONE && random.chance(0.1) ? 'a' : undefined,
    isTwofold: random.chance(0.2),
  }
}

function newWindows(random: Random, isEven: boolean): readonly ActorWindow[] {
  const units = random.pick([
    [undefined],
    [undefined],
    [undefined, undefined],
    ['requests', 'tokens'],
    [undefined, undefined, undefined],
  ])
  const lengths = isEven ? [12, 60, 300, 2000, 60_000] : [60, 300, 2000, 60_000]
  const windows: ActorWindow[] = []
  for (const unit of units) {
    const window: ActorWindow = {
      limit: random.chance(0.5) ? random.int(0, 30) : random.int(20, 300),
      window: random.pick(lengths),
      anchor: random.pick(['epoch', 'first-hit'] as const),
      ...(unit === undefined ? {} : { unit }),
    }
    const isTwin = windows.some(
      (other) => other.window === window.window && other.anchor === window.anchor && other.unit === window.unit,
    )
    if (!isTwin) windows.push(window)
  }
  return windows
}
