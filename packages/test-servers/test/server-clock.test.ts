import { type CommandResult, type Machine, type RedisServer, serverClock, startRedis } from '@rl/test-servers'
import { afterEach, expect, test } from 'vitest'

const HOUR = 3_600_000

let server: RedisServer | undefined
afterEach(() => server?.stop())

async function hoursAhead(): Promise<number> {
  const [seconds] = ((await server?.command('TIME')) ?? []) as string[]
  // Never -0.
  return Math.round((Number(seconds) * 1000 - Date.now()) / HOUR) + 0
}

test('a server goes by its clock, which can be put forward and back while it runs', async () => {
  const clock = await serverClock()
  server = await startRedis({ clock })
  expect(await hoursAhead()).toBe(0)
  await server.command('SET', 'key', 'value', 'PX', 2 * HOUR)
  await clock.set(HOUR)
  expect(await hoursAhead()).toBe(1)
  expect(Number(await server.command('PTTL', 'key'))).toBeLessThanOrEqual(HOUR)
  await clock.set(-HOUR)
  expect(await hoursAhead()).toBe(-1)
  await clock.set(3 * HOUR)
  expect(await server.command('GET', 'key')).toBe(null)
  await clock.set(0)
  expect(await hoursAhead()).toBe(0)
})

test('two clocks are two', async () => {
  const [clock, other] = await Promise.all([serverClock(), serverClock()])
  server = await startRedis({ clock })
  await other.set(HOUR)
  expect(await hoursAhead()).toBe(0)
})

test('asks faketime again where a killed one with the same process id left its semaphore', async () => {
  const machine: Machine = {
    ...{ platform: 'linux', env: {}, isRoot: false, lockDirectory: `/tmp/rl-no-faketime-${process.pid}` },
    find: async (name) => `/usr/bin/${name}`,
    isExecutable: async () => true,
    run: async () => results.shift() ?? { code: 1, output: '' },
  }
  const results: CommandResult[] = [
    { code: 1, output: 'faketime: sem_open: File exists' },
    { code: 0, output: '/lib/faketime.so' },
  ]
  expect((await serverClock(machine)).env.LD_PRELOAD).toMatch(/^\/lib\/faketime\.so:/)
})

test('rejects with a sentence that helps where libfaketime cannot be had', async () => {
  const machine: Machine = {
    platform: 'darwin',
    env: {},
    isRoot: false,
    lockDirectory: `/tmp/rl-no-faketime-${process.pid}`,
    find: async (name) => (name === 'brew' ? '/bin/brew' : undefined),
    isExecutable: async () => false,
    run: (): Promise<CommandResult> => Promise.reject(new Error('nothing may be run')),
  }
  await expect(serverClock(machine)).rejects.toThrow(/^No faketime found \(.*\): .*apt-get install faketime/)
})
