export type { RateLimitResult } from '@rl/http'
export { type DenialDetails, RateLimitException } from './exception.ts'
export { RateLimitModule, type RateLimitModuleAsyncOptions } from './module.ts'
export type {
  HandlerArgs,
  HandlerRequest,
  LimiterName,
  ModuleDefaults,
  NamedLimiter,
  Outcome,
  RateLimitModuleOptions,
  RateLimitOptions,
} from './options.ts'
export { RateLimit, SkipRateLimit } from './rate-limit.ts'
export { RateLimiters } from './rate-limiters.ts'
export { rateLimitOf } from './results.ts'
