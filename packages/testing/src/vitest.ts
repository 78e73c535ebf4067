import { expect } from 'vitest'
import { type RateLimitMatchers, rateLimitMatchers } from './assertions/matchers.ts'

declare module 'vitest' {
  interface Matchers<T> extends RateLimitMatchers<T> {}
}

expect.extend(rateLimitMatchers)
