import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import {
  type CommandResult,
  ensureRedisServer,
  type Machine,
  redisBinaries,
  redisCommand,
  startRedis,
} from '@rl/test-servers'
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
  /** The programs' answers to --version, by their paths. */
  versions: Record<string, string> = {}

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
    const version = this.versions[command]
    if (version !== undefined && args.includes('--version')) return { code: 0, output: `${version}\n` }
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

  test('takes the first of several in REDIS_SERVER_BIN, and wants all of them to be there', async () => {
    const machine = new FakeMachine()
    machine.env.REDIS_SERVER_BIN = ['', '/opt/6.2', '/opt/9'].join(delimiter)
    machine.executables = ['/opt/6.2', '/opt/9', 'redis-server']
    expect(await ensureRedisServer(machine)).toBe('/opt/6.2')
    machine.executables = ['/opt/6.2', 'redis-server']
    await expect(ensureRedisServer(machine)).rejects.toThrow('REDIS_SERVER_BIN names "/opt/9", which is not')
  })

  test('takes a valkey-server where there is no redis-server', async () => {
    const machine = new FakeMachine()
    machine.executables = ['valkey-server', 'apt-get']
    expect(await ensureRedisServer(machine)).toBe('/bin/valkey-server')
    machine.executables = ['valkey-server', 'redis-server', 'apt-get']
    expect(await ensureRedisServer(machine)).toBe('/bin/redis-server')
    expect(machine.ran).toEqual([])
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

describe('redisBinaries', () => {
  test('names this machine’s by its version', async () => {
    for (const { path, name } of await redisBinaries()) {
      expect(path).toMatch(/(redis|valkey)-server/)
      expect(name).toMatch(/^(Redis|Valkey) \d+\.\d+\.\d+/)
    }
  })

  test('gives each one in REDIS_SERVER_BIN, in order, by what it calls itself', async () => {
    const machine = new FakeMachine()
    machine.env.REDIS_SERVER_BIN = ['/opt/a', '/opt/b', '/opt/c'].join(delimiter)
    machine.executables = ['/opt/a', '/opt/b', '/opt/c']
    machine.versions = {
      '/opt/a': 'Redis server v=6.2.16 sha=00000000:0 malloc=jemalloc-5.1.0 bits=64 build=1c3bbd8ee3ab0cd5',
      '/opt/b': 'Valkey server v=9.0.0 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=2f4b8a1a2f4b8a1a',
      '/opt/c': 'Redis server v=8.0-rc1 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=3f4b8a1a2f4b8a1a',
    }
    expect(await redisBinaries(machine)).toEqual([
      { path: '/opt/a', name: 'Redis 6.2.16' },
      { path: '/opt/b', name: 'Valkey 9.0.0' },
      { path: '/opt/c', name: 'Redis 8.0-rc1' },
    ])
  })

  test('rejects when one is no redis-server', async () => {
    const machine = new FakeMachine()
    machine.env.REDIS_SERVER_BIN = '/opt/other'
    machine.executables = ['/opt/other']
    machine.versions = { '/opt/other': 'other 1.0' }
    await expect(redisBinaries(machine)).rejects.toThrow(
      '/opt/other --version does not answer as a redis-server: other 1.0',
    )
  })
})
