import { MemoryStore } from '@rl/memory'
import { storeChecks } from './store-checks.js'
import type { Suite } from './suite.js'

export const suite: Suite = async () => ({ checks: storeChecks(new MemoryStore()), close: async () => {} })
