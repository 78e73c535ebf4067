import { describe } from 'vitest'
import { clientAddresses } from './behaviours/addresses.ts'
import { admitting } from './behaviours/admitting.ts'
import { answering } from './behaviours/answering.ts'
import { denying } from './behaviours/denying.ts'
import { failing } from './behaviours/failing.ts'
import { leavingEarly } from './behaviours/leaving.ts'
import { refunding } from './behaviours/refunding.ts'
import { severalLimiters } from './behaviours/several.ts'
import { wrappedLimiters } from './behaviours/wrapped.ts'
import type { Driver } from './driver.ts'
import { type Stage, stageOf } from './stage.ts'

const behaviours: readonly ((stage: Stage) => void)[] = [
  admitting,
  denying,
  severalLimiters,
  refunding,
  failing,
  answering,
  wrappedLimiters,
  clientAddresses,
  leavingEarly,
]

/** The behaviour of every adapter, over each protocol that its framework speaks. */
export function describeAdapter(driver: Driver): void {
  describe.each(driver.protocols)(`${driver.name} over %s`, (protocol) => {
    const stage = stageOf(driver, protocol)
    for (const behaviour of behaviours) behaviour(stage)
  })
}
