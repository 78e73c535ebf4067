import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Ended, Member } from '../src/member.ts'
import { previousTarballs } from '../src/previous.ts'
import { clients } from '../src/project.ts'
import { ROOT } from '../src/root.ts'
import { run } from '../src/run.ts'

const LIMITS = { epoch: 20, 'first-hit': 300, two: 300, month: 300, leased: 400 } as const
const CALLERS = 4
const MEMBERS = 4

let redis: RedisServer
let old: string
const programs = { old: '', new: '' }

beforeAll(async () => {
  old = await mkdtemp(join(tmpdir(), 'rl-upgrade-'))
  const [tarballs, others] = await Promise.all([
    previousTarballs(['@rl/core', '@rl/redis-script', '@rl/ioredis']),
    clients(['ioredis']),
  ])
  await writeFile(join(old, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs, ...others], { cwd: old })
  for (const [version, directory] of [
    ['old', old],
    ['new', inject('project')],
  ] as const) {
    programs[version] = join(directory, 'member.mjs')
    await copyFile(join(ROOT, 'apps/runtimes/upgrade/member.mjs'), programs[version])
  }
  redis = await startRedis()
})
afterAll(async () => {
  await redis?.stop()
  await rm(old, { recursive: true, force: true })
})

test.sequential('a fleet is upgraded process by process, and half of it back again: every limit stays exact, and no call fails', async () => {
  const running: Member[] = []
  const ended: { readonly version: string; readonly last: Ended }[] = []
  let receipts = 0
  const settled = { once: 0, again: 0 }
  const begin = async (version: 'old' | 'new', callers: number): Promise<Member> => {
    const member = new Member(version, programs[version], callers, redis.url)
    running.push(member)
    member.on((message) => {
      if (message.type === 'settled') settled[message.repeated ? 'again' : 'once'] += 1
      if (message.type !== 'receipt') return
      receipts += 1
      for (const clerk of clerks) clerk.send(message.receipt)
    })
    await member.said('ready')
    return member
  }
  const end = async (member: Member): Promise<void> => {
    ended.push({ version: member.version, last: await member.stop() })
  }
  const clerks: readonly Member[] = await Promise.all([begin('old', 0), begin('new', 0)])
  try {
    const fleet = await Promise.all(Array.from({ length: MEMBERS }, () => begin('old', CALLERS)))
    const replaceOldest = async (version: 'old' | 'new'): Promise<void> => {
      fleet.push(await begin(version, CALLERS))
      await Promise.all(fleet.map((member) => member.asksMore(25)))
      await end(fleet.shift() as Member)
    }
    for (let i = 0; i < MEMBERS; i++) await replaceOldest('new')
    for (let i = 0; i < MEMBERS / 2; i++) await replaceOldest('old')
    await Promise.all(fleet.map(end))
    await Promise.all(clerks.map(end))
  } finally {
    for (const member of running) member.kill()
  }

  const ranOut = checkedWindows(ended)
  expect(ranOut, 'limits that both versions ran up against in one window').toEqual(
    expect.arrayContaining(['first-hit', 'two']), // windows that last longer than this
  )
  expect(settled, 'settled by whichever version came first').toEqual({ once: receipts, again: receipts })
  const left = ended.slice(-clerks.length).map(({ last }) => last.remaining)
  expect(left, 'of the budget, as either version sees it').toEqual([1_000_000 - receipts, 1_000_000 - receipts])
})

test.sequential.each(['old', 'new'] as const)(
  'the %s version refuses to count in a value of another layout',
  async (version) => {
    await redis.command('SET', 'rl:1:{budget:user}', '2;f2592000000=4102444800000 5')
    const member = new Member(version, programs[version], 0, redis.url)
    await expect(member.said('ready')).rejects.toThrow('the counter has another layout version')
    await redis.command('DEL', 'rl:1:{budget:user}')
  },
)

/** Checks what was admitted in each window, and gives the limits that both versions asked for in a window that ran out. */
function checkedWindows(ended: readonly { readonly version: string; readonly last: Ended }[]): readonly string[] {
  const answers = ended.flatMap(({ version, last }) =>
    Object.entries(last.answers).map(([window, counts]) => ({ version, window, ...counts })),
  )
  const shared = new Set<string>()
  for (const window of new Set(answers.map((each) => each.window))) {
    const own = answers.filter((each) => each.window === window)
    const name = window.split(' ')[0] as keyof typeof LIMITS
    const admitted = own.reduce((sum, each) => sum + each.admitted, 0)
    expect(admitted, `admitted in ${window}`).toBeLessThanOrEqual(LIMITS[name])
    // A member that holds leased units denies nobody for lack of them, but others do.
    if (name === 'leased' || own.every(({ denied }) => denied === 0)) continue
    expect(admitted, `admitted in ${window}, which denied calls`).toBe(LIMITS[name])
    if (new Set(own.map(({ version }) => version)).size === 2) shared.add(name)
  }
  return [...shared].sort()
}
