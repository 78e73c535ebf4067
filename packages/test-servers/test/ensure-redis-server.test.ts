import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandResult, ensureRedisServer, type Machine, redisCommand, startRedis } from '@rl/test-servers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rl-ensure-test-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A machine with these executables on PATH, on which `installs` makes redis-server appear. */
class FakeMachine implements Machine {
  platform: NodeJS.Platform = 'linux'
  env: Record<string, string | undefined> = {}
  isRoot = true
  lockDirectory: string = join(directory, 'lock')
  executables: string[] = []
  installs = /install .*redis/
  ran: string[] = []
  failing: RegExp | undefined

  async find(name: string): Promise<string | undefined> {
    return this.executables.includes(name) ? `/bin/${name}` : undefined
  }

  async isExecutable(path: string): Promise<boolean> {
    return this.executables.includes(path)
  }

  async run(command: string, args: readonly string[]): Promise<CommandResult> {
    const line = [command, ...args].join(' ')
    this.ran.push(line)
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (this.failing?.test(line)) return { code: 100, output: 'reading…\nE: it went wrong\n' }
    if (this.installs.test(line)) this.executables.push('redis-server')
    return { code: 0, output: '' }
  }
}

const APT = 'env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -o DPkg::Lock::Timeout=300'
const INSTALL = `${APT} install -y --no-install-recommends redis-server`

describe('ensureRedisServer', () => {
  test('finds the one on this machine, which runs', async () => {
    expect(await ensureRedisServer()).toMatch(/redis-server/)
    const redis = await startRedis()
    expect(await redisCommand(redis.port, ['PING'])).toBe('PONG')
    await redis.stop()
  })

  test('takes REDIS_SERVER_BIN before PATH', async () => {
    const machine = new FakeMachine()
    machine.env.REDIS_SERVER_BIN = '/opt/redis'
    machine.executables = ['redis-server', '/opt/redis']
    expect(await ensureRedisServer(machine)).toBe('/opt/redis')
  })

  test('rejects when REDIS_SERVER_BIN names nothing that runs, instead of taking another', async () => {
    const machine = new FakeMachine()
    machine.env.REDIS_SERVER_BIN = '/opt/missing'
    machine.executables = ['redis-server']
    await expect(ensureRedisServer(machine)).rejects.toThrow('REDIS_SERVER_BIN is "/opt/missing", which is not')
  })

  test('takes the one on PATH without running anything', async () => {
    const machine = new FakeMachine()
    machine.executables = ['redis-server', 'apt-get']
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
    expect(machine.ran).toEqual([])
  })

  test('installs with apt-get as root', async () => {
    const machine = new FakeMachine()
    machine.executables = ['apt-get']
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
    expect(machine.ran).toEqual([`${APT} update`, INSTALL])
  })

  test('installs with apt-get through sudo', async () => {
    const machine = new FakeMachine()
    machine.isRoot = false
    machine.executables = ['apt-get', 'sudo']
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
    expect(machine.ran).toEqual(['sudo -n true', `sudo -n ${APT} update`, `sudo -n ${INSTALL}`])
  })

  test('installs with Homebrew on macOS', async () => {
    const machine = new FakeMachine()
    machine.platform = 'darwin'
    machine.executables = ['brew']
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
    expect(machine.ran).toEqual(['brew install redis'])
  })

  const HOW = 'set REDIS_SERVER_BIN to the path of one'

  test.each<[string, Partial<FakeMachine>, string]>([
    ['no package manager', {}, 'nothing here can install it'],
    ['Windows', { platform: 'win32', executables: ['apt-get'] }, 'nothing here can install it'],
    ['macOS without Homebrew', { platform: 'darwin' }, 'nothing here can install it'],
    ['neither root nor sudo', { isRoot: false, executables: ['apt-get'] }, 'apt-get needs root'],
    ['sudo wants a password', { isRoot: false, executables: ['apt-get', 'sudo'], failing: /true/ }, 'needs root'],
    ['apt-get fails', { executables: ['apt-get'], failing: /install/ }, 'exited with 100: E: it went wrong'],
    ['nothing appears on PATH', { executables: ['apt-get'], installs: /never/ }, 'is not on PATH'],
  ])('rejects with a sentence that helps: %s', async (_, traits, reason) => {
    const machine = Object.assign(new FakeMachine(), traits)
    const { message } = await ensureRedisServer(machine).catch((error) => error)
    expect(message).toMatch(/^No redis-server found \(/)
    expect(message).toContain(reason)
    expect(message).toContain(HOW)
    expect(message.trim()).not.toContain('\n')
    await expect(stat(machine.lockDirectory)).rejects.toThrow('ENOENT')
  })

  test('installs once when many ask at once', async () => {
    const machine = new FakeMachine()
    machine.executables = ['apt-get']
    await Promise.all(Array.from({ length: 5 }, () => ensureRedisServer(machine)))
    expect(machine.ran).toHaveLength(2)
  })

  test('takes over the lock of a process that died', async () => {
    const machine = new FakeMachine()
    machine.executables = ['apt-get']
    await mkdir(machine.lockDirectory)
    await writeFile(join(machine.lockDirectory, 'pid'), '999999999')
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
  })

  test('takes over a lock that never got an owner', async () => {
    const machine = new FakeMachine()
    machine.executables = ['apt-get']
    await mkdir(machine.lockDirectory)
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(machine.lockDirectory, longAgo, longAgo)
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
  })

  test('waits for the lock of a process that lives', async () => {
    const machine = new FakeMachine()
    machine.executables = ['apt-get']
    await mkdir(machine.lockDirectory)
    await writeFile(join(machine.lockDirectory, 'pid'), String(process.pid))
    let done = false
    const result = ensureRedisServer(machine).finally(() => {
      done = true
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect([done, machine.ran]).toEqual([false, []])
    await rm(machine.lockDirectory, { recursive: true })
    expect(await result).toBe('/bin/redis-server')
  })
})
