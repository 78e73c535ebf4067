import type { Topic } from '../context.ts'
import { calendars } from './calendars.ts'
import { denials } from './denials.ts'
import { generations } from './generations.ts'
import { reads } from './reads.ts'
import { severalWindows } from './several-windows.ts'
import { takes } from './takes.ts'
import { units } from './units.ts'
import { windowsInTime } from './windows-in-time.ts'

/** The contract, rule by rule. */
export const topics: readonly Topic[] = [
  takes,
  reads,
  severalWindows,
  denials,
  windowsInTime,
  calendars,
  units,
  generations,
]
