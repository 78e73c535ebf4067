import type { CounterStore } from '../contract/store.ts'
import type { BreakerSettings } from '../dispatch/breaker.ts'
import { dispatchOf } from '../dispatch/dispatchers.ts'
import type { WindowsByLimit } from '../options/limit-options.ts'
import type { OnStoreError } from '../options/store.ts'
import { Asker, type AskerSettings } from './asker.ts'
import { type FailurePolicy, failurePolicy } from './failure-policy.ts'
import type { FastPath } from './fast-path.ts'

/** The askers of a limiter's stores. */
export interface AskersSettings {
  readonly name: string
  readonly store: CounterStore
  readonly onStoreError: OnStoreError
  readonly fallbackShare: number
  readonly deadlineMs: number
  readonly breaker: BreakerSettings | undefined
  readonly fastPaths: readonly FastPath[]
}

export interface Askers {
  readonly primary: Asker
  /** The store to fall back on. */
  readonly fallback: Asker | undefined
}

/** The limiter's store, and what is asked in its place when it fails. */
export function askersOf(settings: AskersSettings, windows: WindowsByLimit): Askers {
  const { name: scope, store, onStoreError, breaker, fastPaths } = settings
  const askerOf = (store: CounterStore, own: Omit<AskerSettings, 'scope'>): Asker => {
    return new Asker(store, dispatchOf(store, own.deadlineMs, breaker), { scope, ...own })
  }
  if (typeof onStoreError !== 'object') {
    const { deadlineMs } = settings
    const onFailure = failurePolicy(onStoreError, deadlineMs)
    return { primary: askerOf(store, { source: 'store', deadlineMs, fastPaths, onFailure }), fallback: undefined }
  }
  // Together the two stores must keep the deadline.
  const deadlineMs = settings.deadlineMs / 2
  const fallback = askerOf(onStoreError, {
    source: 'fallback',
    deadlineMs,
    fastPaths: [],
    onFailure: rejectAfterBoth,
  })
  const primary = askerOf(store, {
    source: 'store',
    deadlineMs,
    fastPaths,
    // The fallback store sends commands, which belong into the contexts of their callers.
    keepsContexts: onStoreError.capabilities?.answersAtOnce === undefined,
    onFailure: (call, error, take) => {
      call.firstError = error
      const share = windows.shareOf(take.windows, settings.fallbackShare)
      const askFallback = (): void => {
        if (call.isWaiting) fallback.take(call, share, take.costs)
      }
      if (call.inContext === undefined) askFallback()
      else call.inContext(askFallback)
    },
  })
  return { primary, fallback }
}

/** Nothing was charged only if neither store may have run it. */
const rejectAfterBoth: FailurePolicy = (call, error) => {
  const { firstError = error } = call
  call.reject(firstError.outcome === 'unknown' && error.outcome !== 'unknown' ? firstError : error)
}
