import type { Harness } from '../../src/index.ts'
import { KeyValueStorage } from '../example/key-value-storage.ts'
import type { KeyValueStore } from '../example/key-value-store.ts'
import { plainHarness, type StoreClass } from '../plain-harness.ts'
import { shortcutOf } from './shortcuts.ts'

/** A store that breaks the contract in one way, and the topic that is there to catch it. */
export interface WrongStore {
  readonly wrong: string
  readonly topic: string
  /** Whether `apply` is right, so that only the ways with `answersAtOnce` may catch it. */
  readonly isShortcut: boolean
  createHarness(): Harness
}

export type Row = readonly [wrong: string, Store: StoreClass]

export function wrongIn(topic: string, rows: readonly Row[]): readonly WrongStore[] {
  return rows.map(([wrong, Store]) => ({ wrong, topic, isShortcut: false, createHarness: () => plainHarness(Store) }))
}

export function wrongShortcutsIn(topic: string, rows: readonly Row[]): readonly WrongStore[] {
  return rows.map(([wrong, Store]) => ({
    ...{ wrong: `shortcut ${wrong}`, topic, isShortcut: true },
    createHarness: () => plainHarness(shortcutOf(Store)),
  }))
}

export function wrongLayout(wrong: string, Store: new (storage: KeyValueStorage) => KeyValueStore): WrongStore {
  const createHarness = (): Harness => {
    const storage = new KeyValueStorage()
    return {
      connect: () => new Store(storage),
      moveClock: (ms) => {
        storage.now += ms
      },
    }
  }
  return { wrong, topic: 'layout changes', isShortcut: false, createHarness }
}
