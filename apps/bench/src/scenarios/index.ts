import type { Scenario } from '../scenario.ts'
import { callers } from './callers.ts'
import { cluster } from './cluster.ts'
import { denied } from './denied.ts'
import { growth, memoryGrowth, redisBytes } from './growth.ts'
import { lease } from './lease.ts'
import { limiters } from './limiters.ts'
import { memory } from './memory.ts'
import { eventLoop, processes } from './processes.ts'
import { serverTime } from './server-time.ts'
import { skew } from './skew.ts'
import { upstash } from './upstash.ts'
import { windows } from './windows.ts'

/** In the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  callers,
  skew,
  limiters,
  windows,
  denied,
  lease,
  cluster,
  serverTime,
  processes,
  eventLoop,
  growth,
  redisBytes,
  memory,
  memoryGrowth,
  upstash,
]
