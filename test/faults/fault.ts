import { Stage, type StageOptions } from './stage.ts'
import { REDIS_STORES, type RedisStoreName, type StoreName } from './stores.ts'
import type { Figures } from './trial.ts'

/** A kind of fault: a row of the table in docs/evidence/faults.md, and a test for each of its stores. */
export interface Fault<Scene = Stage> {
  /** The fault. */
  readonly title: string
  readonly stores: readonly StoreName[]
  /** The assertions beside those of all faults. */
  readonly asserted: string
  /** Lets it happen. */
  readonly play: (scene: Scene) => Promise<Figures | undefined>
}

/** Faults that share a scene: the servers of a store, say, which the faults leave as they found them. */
export interface FaultGroup<Scene = Stage> {
  /** Begins with a capital. */
  readonly title: string
  readonly faults: readonly Fault<Scene>[]
  open(store: StoreName): Promise<Scene>
  close(scene: Scene): Promise<void>
}

/** Part of a {@link FaultGroup} whose scene is the servers of one store. */
export function onStage(options?: StageOptions): Pick<FaultGroup, 'open' | 'close'> {
  return { open: (store) => Stage.open(overRedis(store), options), close: (stage) => stage.close() }
}

export function overRedis(store: StoreName): RedisStoreName {
  if (store in REDIS_STORES) return store as RedisStoreName
  throw new Error(`${store} has no servers`)
}
