import type { Topic } from '../context.ts'
import { adjustments } from './adjustments.ts'
import { atomicity } from './atomicity.ts'
import { badCounters } from './bad-counters.ts'
import { calendars } from './calendars.ts'
import { clears } from './clears.ts'
import { denials } from './denials.ts'
import { generations } from './generations.ts'
import { lists } from './lists.ts'
import { manyCounters } from './many-counters.ts'
import { reads } from './reads.ts'
import { severalWindows } from './several-windows.ts'
import { takes } from './takes.ts'
import { tokens } from './tokens.ts'
import { units } from './units.ts'
import { windowsInTime } from './windows-in-time.ts'

/** The contract, rule by rule. */
export const topics: readonly Topic[] = [
  takes,
  reads,
  severalWindows,
  denials,
  atomicity,
  windowsInTime,
  calendars,
  units,
  clears,
  generations,
  adjustments,
  tokens,
  lists,
  manyCounters,
  badCounters,
]
