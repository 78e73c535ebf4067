import { type Options, rateLimit as theirs } from 'express-rate-limit'
import { MemoryStore } from './memory-store.ts'

// The package express-rate-limit from npm, with our store for its memory store.

export { ipKeyGenerator } from 'express-rate-limit'
export { MemoryStore }

export default function rateLimit(options: Partial<Options> = {}) {
  const store = new MemoryStore()
  return theirs(options.store === undefined ? store.options(options) : options)
}
