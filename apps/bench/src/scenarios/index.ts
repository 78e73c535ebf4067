import type { Scenario } from '../scenario.ts'
import { callers } from './callers.ts'
import { cluster } from './cluster.ts'
import { denied } from './denied.ts'
import { eventLoop } from './event-loop.ts'
import { gateway } from './gateway.ts'
import { growth, memoryGrowth, redisBytes } from './growth.ts'
import { instructionsOf } from './instructions.ts'
import { lease } from './lease.ts'
import { limiters } from './limiters.ts'
import { memory } from './memory.ts'
import { postgres } from './postgres.ts'
import { processes } from './processes.ts'
import { serverTime } from './server-time.ts'
import { skew } from './skew.ts'
import { upstash } from './upstash.ts'
import { windowGrowth } from './window-growth.ts'
import { windows } from './windows.ts'

/** In the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  callers,
  skew,
  gateway,
  windows,
  denied,
  lease,
  cluster,
  memory,
  upstash,
  postgres,
  eventLoop,
  serverTime,
  instructionsOf(),
  growth,
  processes,
  limiters,
  windowGrowth,
  memoryGrowth,
  redisBytes,
]
