import type { CounterStore } from '../contract/store.ts'
import { checkFunction, checkInteger, checkMethods, wrongOption } from './check.ts'

/** The fate of a call that the store could not answer: reject, admit, deny, or ask another store. */
export type OnStoreError = 'throw' | 'allow' | 'deny' | CounterStore

/** @throws {OptionError} for what is no store. */
export function parseStore(
  option: string,
  value: unknown,
  expected: string = 'a store, such as new IoredisStore(redis) or new MemoryStore()',
): CounterStore {
  // Every function has a method `apply`: a class without `new` must not pass.
  if (typeof value === 'function') throw wrongOption(option, expected, value)
  checkMethods(option, value, ['apply'], expected)
  const { capabilities } = value as CounterStore
  const { parallelism, answersAtOnce, contract = 1 } = capabilities ?? {}
  if (contract !== 1) {
    throw wrongOption(`${option}.capabilities.contract`, '1 (update @rl/core and the package of the store)', contract)
  }
  if (parallelism !== undefined) checkInteger(`${option}.capabilities.parallelism`, parallelism, 1)
  if (answersAtOnce !== undefined) checkFunction(`${option}.capabilities.answersAtOnce`, answersAtOnce)
  return value as CounterStore
}

/** @throws {OptionError} for what is neither a word nor a store. */
export function parseOnStoreError(value: unknown): OnStoreError {
  if (value === 'throw' || value === 'allow' || value === 'deny') return value
  return parseStore('onStoreError', value, "'throw', 'allow', 'deny' or a store")
}
