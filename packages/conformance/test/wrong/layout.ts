import type { Operation } from '@rl/core'
import { counterName } from '@rl/core/keys'
import type { Stored } from '../example/answer.ts'
import { KeyValueStore } from '../example/key-value-store.ts'

function namesOf({ windows }: Operation): ReadonlySet<string> {
  return new Set(windows.map(counterName))
}

/** Keeps the windows of this deployment only. */
export class DropsUnknownWindows extends KeyValueStore {
  protected override parse(text: string | undefined, operation: Operation): Stored {
    const stored = super.parse(text, operation)
    const names = namesOf(operation)
    for (const name of stored.counters.keys()) if (!names.has(name)) stored.counters.delete(name)
    return stored
  }
}

/** The key expires with the windows of this deployment. */
export class ExpiresWithOwnWindows extends KeyValueStore {
  protected override lastEnd(stored: Stored, operation: Operation): number {
    const names = namesOf(operation)
    const counters = [...stored.counters].filter(([name]) => names.has(name))
    return super.lastEnd({ ...stored, counters: new Map(counters) }, operation)
  }
}

/** A clear removes the key. */
export class ClearRemovesKey extends KeyValueStore {
  protected override parse(text: string | undefined, operation: Operation): Stored {
    const stored = super.parse(text, operation)
    const names = namesOf(operation)
    if (operation.kind !== 'clear') return stored
    for (const name of stored.counters.keys()) if (!names.has(name)) stored.counters.delete(name)
    return stored
  }
}

/** Finds counters by their place in the value, as long as the windows were always the same. */
export class WindowsByPlace extends KeyValueStore {
  protected override parse(text: string | undefined, operation: Operation): Stored {
    const stored = super.parse(text, operation)
    const names = [...namesOf(operation)]
    const renamed = [...stored.counters].map(([name, state], i) => [names[i] ?? name, state] as const)
    return { ...stored, counters: new Map(renamed) }
  }
}
