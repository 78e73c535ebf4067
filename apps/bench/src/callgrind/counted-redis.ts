import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureRedisServer, type RedisServer, startRedis } from '@rl/test-servers'
import { tellValgrind } from './valgrind.ts'

/** A redis-server whose instructions are counted: some fifty times slower, but the same whatever else the machine does. */
export interface CountedRedis extends Pick<RedisServer, 'port' | 'command' | 'stop'> {
  /** How many instructions the server runs during this. */
  instructionsOf(work: () => Promise<void>): Promise<number>
}

/** A script that does what those of limiters do. */
const EVERYDAY = `
  local now = redis.call('TIME')
  local value = redis.call('MGET', KEYS[1])[1] or redis.call('GET', KEYS[1]) or '1;e60000=0 5'
  local head, count = string.match(value, '^(%d;e%d+=%d+) (%d+)$')
  redis.call('SET', KEYS[1], string.format('%s %d', head, count + 1), 'PX', 60000)
  redis.call('SETRANGE', KEYS[1], 0, '1')
  redis.call('PTTL', KEYS[1])
  return { redis.call('INCRBY', KEYS[1] .. ':n', 1), table.concat(now, ':') }
`

/** With the valgrind that `ensureValgrind` found. */
export async function startCountedRedis(): Promise<CountedRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'rl-callgrind-'))
  const redis = await startUnder(await wrapper(folder))
  // Valgrind translates code when it first runs, which may take longer than clients wait for a reply.
  for (let i = 0; i < 3; i++) await redis.command('EVAL', EVERYDAY, '1', 'everyday')
  await redis.command('FLUSHALL')
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  let dumps = 0
  return {
    port: redis.port,
    command: (...args) => redis.command(...args),
    instructionsOf: async (work) => {
      await tellValgrind(redis.pid, 'zero')
      await work()
      await tellValgrind(redis.pid, 'dump')
      return totalOf(await readFile(join(folder, `counts.${++dumps}`), 'utf8'))
    },
    stop: () => redis.stop().then(remove),
  }
}

/** An executable that takes redis-server's place. As valgrind takes the shell's, it has the pid that was started. */
async function wrapper(folder: string): Promise<string> {
  const path = join(folder, 'redis-server')
  const options = ['--tool=callgrind', `--callgrind-out-file=${join(folder, 'counts')}`]
  const words = ['valgrind', ...options, await ensureRedisServer()].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  await writeFile(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 })
  return path
}

/** Starts it without the work that a server does by the clock. */
async function startUnder(binary: string): Promise<RedisServer> {
  const usual = process.env.REDIS_SERVER_BIN
  process.env.REDIS_SERVER_BIN = binary
  try {
    return await startRedis({ args: ['--hz', '1', '--dynamic-hz', 'no', '--activerehashing', 'no'] })
  } finally {
    if (usual === undefined) delete process.env.REDIS_SERVER_BIN
    else process.env.REDIS_SERVER_BIN = usual
  }
}

/** @throws when a dump of callgrind does not say how many instructions it is about. */
function totalOf(dump: string): number {
  const [, total] = /^totals: (\d+)/m.exec(dump) ?? []
  if (total === undefined) throw new Error('callgrind wrote no totals')
  return Number(total)
}
