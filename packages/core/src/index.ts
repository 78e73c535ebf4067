export type { AdjustedWindow, Adjustment, Clear, Operation, Subject, Take, Token } from './contract/operations.ts'
export type { Adjusted, AdjustReply, ClearReply, CounterState, Outside, Reply, TakeReply } from './contract/replies.ts'
export type { Capabilities, CounterStore } from './contract/store.ts'
export type {
  Anchor,
  Boundaries,
  CalendarPeriod,
  CalendarWindow,
  CounterWindow,
  FixedWindow,
  Window,
} from './contract/windows.ts'
export type { FastPathFactory } from './decision/fast-path.ts'
export type { SettledWindow, Settlement } from './decision/settlement.ts'
export type {
  Allowed,
  AllowedByPolicy,
  Decision,
  DecisionSource,
  Denied,
  DeniedByPolicy,
  WindowDecision,
} from './decision/types.ts'
export type { BreakerOptions } from './dispatch/breaker.ts'
export type { BreakerChange } from './dispatch/watch.ts'
export { OptionError, StoreError, type StoreOutcome } from './errors.ts'
export { FixedWindowRateLimiter } from './limiter.ts'
export type { DecisionUnder, LimiterOptions } from './limiter-options.ts'
export type { Cost } from './options/cost.ts'
export type { Duration } from './options/duration.ts'
export type { LimitOptions } from './options/limit-options.ts'
export type { OnStoreError } from './options/store.ts'
export type { UnitWindowOptions, WindowOptions } from './options/windows.ts'
export type { RateLimiter, RefundOptions } from './rate-limiter.ts'
