import { describe, expect, it } from 'vitest'
import { runFailover } from '../src/failover/failover.ts'
import { GROUP_KINDS } from '../src/failover/groups.ts'

/** Against a failover that hangs: how long one takes is not what is tested. */
const HANGS = 600_000

/** With these, either client is used in each kind, and masters are killed and paused. */
const SEEDS = [2, 3, 5]

describe.each(GROUP_KINDS)('a %s that loses its master and the latest writes', (kind) => {
  it.each(SEEDS)('admits no more than the limit once more (seed %i)', { timeout: HANGS }, async (seed) => {
    const report = await runFailover({ kind, seed })
    expect(report.violations).toEqual([])
    expect(report.mostOver).toBeLessThanOrEqual(report.limit)
    // Without a loss, this would have shown nothing.
    expect(report.mostOver).toBeGreaterThan(0)
    expect(report.unsettled).toBe(0)
  })
})
