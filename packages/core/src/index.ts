export type { BreakerChange, BreakerOptions } from './breaker.ts'
export { isPlainObject } from './check.ts'
export type {
  Allowed,
  AllowedByPolicy,
  Decision,
  DecisionSource,
  Denied,
  DeniedByPolicy,
  WindowDecision,
} from './decision.ts'
export type { Duration } from './duration.ts'
export { OptionError, StoreError, type StoreOutcome } from './errors.ts'
export { FixedWindowRateLimiter, type RefundOptions } from './limiter.ts'
export type { DenyCacheOptions, LeaseOptions } from './local/settings.ts'
export type { DecisionUnder, LimiterOptions, OnStoreError, WindowOptions } from './options.ts'
export type { RateLimiter } from './rate-limiter.ts'
export type { LimitOptions } from './request.ts'
export type {
  Anchor,
  Clear,
  CounterState,
  CounterStore,
  CounterWindow,
  Refund,
  RefundReply,
  RefundWindow,
  Take,
  TakeReply,
  Window,
} from './store.ts'
