import { describe, expect, test } from 'vitest'
import { auditedLoop } from '../src/audit.ts'
import { distinct } from '../src/identifiers.ts'
import type { Load } from '../src/load.ts'
import type { Subject } from '../src/subjects/subject.ts'

const load: Load = { ...distinct(2), callers: 2, ms: 60_000, mostDecisions: 40 }

/** A limiter whose flaws are given. */
function subject(limit: number, { forgets = false, overdraws = false } = {}): Subject<boolean> {
  const counts = new Map<string, number>()
  return {
    label: 'made up',
    take: async (id, cost = 1) => {
      const used = counts.get(id) ?? 0
      if (used + cost > limit) return overdraws
      counts.set(id, forgets ? 0 : used + cost)
      return true
    },
    allows: (reply) => reply,
    denies: () => false,
    used: async (id) => counts.get(id) ?? 0,
    close: async () => {},
  }
}

describe('a closed loop under audit', () => {
  test('counts every decision once', async () => {
    const answers = await auditedLoop(subject(1000), load, 'all-allowed')
    expect(answers).toMatchObject({ decisions: 40, denied: 0 })
    expect([...answers.units]).toEqual([20, 20])
  })

  test('counts units where costs differ', async () => {
    const { units } = await auditedLoop(subject(1000), { ...load, costs: Uint32Array.of(1, 9) }, 'all-allowed')
    expect(units.reduce((sum, each) => sum + each, 0)).toBe(20 * 1 + 20 * 9)
    const blind = { ...subject(1000), take: async () => true }
    await expect(auditedLoop(blind, { ...load, costs: Uint32Array.of(3) }, 'all-allowed')).rejects.toThrow('rose by 0')
  })

  test('finds calls that were admitted without being counted', async () => {
    await expect(auditedLoop(subject(1000, { forgets: true }), load, 'all-allowed')).rejects.toThrow('rose by 0')
  })

  test('finds calls that were denied within the limit', async () => {
    await expect(auditedLoop(subject(5), load, 'all-allowed')).rejects.toThrow('denied within the limit')
  })

  test('finds calls that were admitted beyond the limit', async () => {
    expect((await auditedLoop(subject(0), load, 'all-denied')).denied).toBe(40)
    await expect(auditedLoop(subject(0, { overdraws: true }), load, 'all-denied')).rejects.toThrow('beyond the limit')
  })

  test('takes a rejection for a denial only where the library says so', async () => {
    const rejecting = { ...subject(0), take: () => Promise.reject(new Error('too many')) }
    await expect(auditedLoop(rejecting, load, 'all-denied')).rejects.toThrow('too many')
    const denying = { ...rejecting, denies: () => true }
    expect((await auditedLoop(denying, load, 'all-denied')).denied).toBe(40)
  })
})
