import { runtime } from './runtime.ts'

/** The result of `make`, made once in each turn of the event loop. */
export function oncePerTurn<T>(make: () => T): () => T {
  let current: T | undefined
  const forget = (): void => {
    current = undefined
  }
  return () => {
    if (current === undefined) {
      current = make()
      runtime.microtask(forget)
    }
    return current
  }
}
