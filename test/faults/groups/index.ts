import type { FaultGroup } from '../fault.ts'
import { CLIENTS } from './clients.ts'
import { CLOCKS } from './clocks.ts'
import { CONNECTIONS, HTTP_ANSWERS } from './connections.ts'
import { FAILOVERS } from './failovers.ts'
import { MEMORY } from './memory.ts'
import { POSTGRES } from './postgres.ts'
import { PROCESSES } from './processes.ts'
import { REFUSALS } from './refusals.ts'
import { SCRIPTS } from './scripts.ts'
import { VALUES } from './values.ts'

/** All faults, as the documentation lists them. */
export const GROUPS: readonly Pick<FaultGroup<never>, 'title' | 'faults'>[] = [
  CONNECTIONS,
  HTTP_ANSWERS,
  PROCESSES,
  FAILOVERS,
  REFUSALS,
  SCRIPTS,
  VALUES,
  CLOCKS,
  CLIENTS,
  MEMORY,
  POSTGRES,
]
