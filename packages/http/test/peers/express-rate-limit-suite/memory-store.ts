import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { MemoryStore as Counters } from '@rl/memory'
import type { Options } from 'express-rate-limit'

// Stands in for the MemoryStore of express-rate-limit in its own suite.

export class MemoryStore extends ExpressRateLimitStore {
  constructor() {
    super(new Counters())
  }

  /** Its tests give no limit; `rateLimit()` always does. */
  override init({ windowMs, limit = Number.MAX_SAFE_INTEGER }: Pick<Options, 'windowMs'> & Partial<Options>): void {
    super.init({ windowMs, limit })
  }
}
