import { expect } from '@jest/globals'
import { type RateLimitMatchers, rateLimitMatchers } from './assertions/matchers.ts'

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends RateLimitMatchers<R> {}
}

declare global {
  namespace jest {
    interface Matchers<R, T> extends RateLimitMatchers<R> {}
  }
}

expect.extend(rateLimitMatchers)
