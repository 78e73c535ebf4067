import { describe, expect, it } from 'vitest'
import { parseArguments } from '../src/soak/arguments.ts'
import { isBroken, type Result } from '../src/soak/rounds.ts'
import { describe as describeResult, tablesOf } from '../src/soak/show.ts'
import { summarize } from '../src/soak/summary.ts'

const STORM: Extract<Result, { type: 'storm' }> = {
  type: 'storm',
  report: {
    kind: 'ioredis',
    seed: 123,
    calls: 120,
    decided: 100,
    denied: 40,
    local: 3,
    unknown: 12,
    notExecuted: 5,
    looks: 24,
    latestMs: 2,
    faults: 9,
    faultsOfKind: { 'cut-after': 9 },
    violations: [],
    unsettled: 0,
    keysWithoutTtl: 0,
    recoveryMs: 31.4,
    seconds: 2,
  },
}

const FAILOVER: Extract<Result, { type: 'failover' }> = {
  type: 'failover',
  report: {
    kind: 'sentinel',
    seed: 7,
    client: 'node-redis',
    lostBy: 'kill',
    identifiers: 12,
    limit: 40,
    mostOver: 31,
    meanOver: 12.34,
    outageMs: 1500.2,
    unsettled: 0,
    violations: [],
  },
}

const VIOLATION = { invariant: 'I8', rule: 'units were charged that no call took', id: 'user_3', detail: '2' } as const

describe('the arguments of a soak', () => {
  it('are the minutes and the seed', () => {
    expect(parseArguments(['--minutes', '0.5', '--seed', '7'])).toMatchObject({ minutes: 0.5, seed: 7, write: false })
  })

  it('may name one round to play again', () => {
    expect(parseArguments(['--replay', 'node-redis-cluster:99'])).toMatchObject({
      replay: { kind: 'node-redis-cluster', seed: 99 },
    })
  })

  it.each([
    [['--minutes', '0'], 'minutes must be a number above 0, received 0'],
    [['--seed', '-1'], '--seed'],
    [['--seed', 'seven'], 'received seven'],
    [['--replay', 'mysql:1'], 'received mysql:1'],
    [['--hours', '1'], '--hours'],
  ])('are refused if they are wrong: %j', (args, message) => {
    expect(() => parseArguments(args)).toThrow(message)
  })
})

describe('a round is broken', () => {
  it('not when nothing is wrong', () => {
    expect(isBroken(STORM)).toBe(false)
    expect(isBroken(FAILOVER)).toBe(false)
  })

  it.each([
    ['by a violation', { violations: [{ ...VIOLATION, policy: 'plain' }] }],
    ['by a call that never settled', { unsettled: 1 }],
    ['by a key without a TTL', { keysWithoutTtl: 1 }],
  ])('%s', (_, change) => {
    expect(isBroken({ ...STORM, report: { ...STORM.report, ...change } })).toBe(true)
  })

  it('by a failover that admits more than the limit once more, and by an error', () => {
    expect(isBroken({ ...FAILOVER, report: { ...FAILOVER.report, mostOver: 41 } })).toBe(true)
    expect(isBroken({ type: 'error', target: { kind: 'cluster', seed: 1 }, error: new Error('no') })).toBe(true)
  })

  it('and then says how to see it again', () => {
    const broken = { ...STORM, report: { ...STORM.report, violations: [{ ...VIOLATION, policy: 'plain' }] } }
    expect(describeResult(broken)).toContain('I8 units were charged that no call took')
    expect(describeResult(broken)).toContain('npx --yes pnpm@12 soak --replay ioredis:123')
  })
})

describe('the summary', () => {
  it('adds up the rounds of each kind', () => {
    const { storms, failovers } = summarize([STORM, STORM, FAILOVER, FAILOVER], 1, 30)
    expect(storms).toMatchObject([{ store: 'ioredis', storms: 2, decisions: 200, faults: 18, recoveryMs: 31 }])
    expect(failovers).toMatchObject([{ failovers: 2, mostOver: 31, meanOver: 12.3, violations: 0 }])
  })

  it('shows each kind on a line', () => {
    const text = tablesOf(summarize([STORM, FAILOVER], 5, 30))
    expect(text).toMatch(/ioredis\s+│ 1\s+│ 100\s+│ 40\s+│ 12\s+│ 9\s+│ 0\s+│ 0\s+│ 0\s+│ 31 ms/)
    expect(text).toMatch(/sentinel, node-redis, master by kill\s+│ 1\s+│ 40\s+│ 31\s+│ 12.3/)
    expect(text).toContain('seed 5, 30 minutes')
  })
})
