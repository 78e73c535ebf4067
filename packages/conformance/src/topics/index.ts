import type { Topic } from '../context.ts'
import { adjustments } from './adjustments.ts'
import { atomicity } from './atomicity.ts'
import { badCounters } from './bad-counters.ts'
import { calendars } from './calendars.ts'
import { callersClocks } from './callers-clocks.ts'
import { clears } from './clears.ts'
import { denials } from './denials.ts'
import { dynamicLimits } from './dynamic-limits.ts'
import { expiry } from './expiry.ts'
import { forgottenScripts } from './forgotten-scripts.ts'
import { generations } from './generations.ts'
import { healedExpiry } from './healed-expiry.ts'
import { identifiers } from './identifiers.ts'
import { largeAdjustments } from './large-adjustments.ts'
import { layoutChanges } from './layout-changes.ts'
import { limiters } from './limiters.ts'
import { lists } from './lists.ts'
import { manyCounters } from './many-counters.ts'
import { model } from './model.ts'
import { oneWindow } from './one-window.ts'
import { reads } from './reads.ts'
import { severalWindows } from './several-windows.ts'
import { staleTokens } from './stale-tokens.ts'
import { takes } from './takes.ts'
import { tokens } from './tokens.ts'
import { units } from './units.ts'
import { windowLengths } from './window-lengths.ts'
import { windowsInTime } from './windows-in-time.ts'

/** The contract, rule by rule. */
export const topics: readonly Topic[] = [
  takes,
  reads,
  severalWindows,
  denials,
  atomicity,
  oneWindow,
  windowsInTime,
  windowLengths,
  calendars,
  units,
  dynamicLimits,
  clears,
  generations,
  adjustments,
  largeAdjustments,
  tokens,
  staleTokens,
  lists,
  identifiers,
  layoutChanges,
  callersClocks,
  expiry,
  healedExpiry,
  badCounters,
  forgottenScripts,
  limiters,
  model,
  // Last: counting keys takes long afterwards.
  manyCounters,
]
