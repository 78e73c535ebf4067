import type { Topic } from '../context.ts'
import { anchors } from './anchors.ts'
import { atomicity } from './atomicity.ts'
import { costAndTimes } from './cost-and-times.ts'
import { denials } from './denials.ts'
import { dynamicLimits } from './dynamic-limits.ts'
import { expiry } from './expiry.ts'
import { forgottenScripts } from './forgotten-scripts.ts'
import { healedExpiry } from './healed-expiry.ts'
import { keyCollisions } from './key-collisions.ts'
import { model } from './model.ts'
import { peek } from './peek.ts'
import { poisonedCounters } from './poisoned-counters.ts'
import { refunds } from './refund.ts'
import { remaining } from './remaining.ts'
import { reset } from './reset.ts'
import { resetAt } from './reset-at.ts'
import { severalWindows } from './several-windows.ts'
import { skewedClocks } from './skewed-clocks.ts'
import { windowLengths } from './window-lengths.ts'

/** The contract, part by part. */
export const topics: readonly Topic[] = [
  atomicity,
  costAndTimes,
  severalWindows,
  anchors,
  dynamicLimits,
  peek,
  refunds,
  reset,
  windowLengths,
  expiry,
  healedExpiry,
  poisonedCounters,
  keyCollisions,
  skewedClocks,
  forgottenScripts,
  denials,
  remaining,
  resetAt,
  model,
]
