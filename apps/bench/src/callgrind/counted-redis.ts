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

/** With the valgrind that `ensureValgrind` found. */
export async function startCountedRedis(): Promise<CountedRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'rl-callgrind-'))
  const redis = await startUnder(await wrapper(folder))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  let dumps = 0
  return {
    port: redis.port,
    command: (...args) => redis.command(...args),
    instructionsOf: async (work) => {
      await tellValgrind(redis.pid, ['instrumentation', 'on'], ['zero'])
      await work()
      await tellValgrind(redis.pid, ['dump'], ['instrumentation', 'off'])
      return totalOf(await readFile(join(folder, `counts.${++dumps}`), 'utf8'))
    },
    stop: () => redis.stop().then(remove),
  }
}

/** An executable that takes redis-server's place. As valgrind takes the shell's, it has the pid that was started. */
async function wrapper(folder: string): Promise<string> {
  const path = join(folder, 'redis-server')
  const options = ['--tool=callgrind', '--instr-atstart=no', `--callgrind-out-file=${join(folder, 'counts')}`]
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
export function totalOf(dump: string): number {
  const [, total] = /^totals: (\d+)/m.exec(dump) ?? []
  if (total === undefined) throw new Error('callgrind wrote no totals')
  return Number(total)
}
