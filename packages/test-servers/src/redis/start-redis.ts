import { launchOnFreePort, launchOnPort, type RedisServer, type ServerArguments } from './launch.ts'
import type { ServerClock } from './server-clock.ts'

/** Options of {@link startRedis}. */
export interface RedisOptions {
  /** More arguments for redis-server, such as `['--maxmemory', '1mb']`. They must not make it ask for a password. */
  args?: readonly string[]
  /** The port to listen on. Default: a free one. */
  port?: number
  /** The clock that it goes by. Default: the machine's. */
  clock?: ServerClock
}

/**
 * Starts a real redis-server on 127.0.0.1, without persistence, and resolves once it answers. Where no redis-server is
 * installed, `ensureRedisServer` installs one.
 *
 * Rejects with the server's own log when it does not start, for instance because `port` is taken.
 *
 * @example
 * const redis = await startRedis()
 * await redis.command('SET', 'greeting', 'hello')
 * await redis.stop()
 */
export function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const serverArguments: ServerArguments = (port, directory) => [...inMemory(port, directory), ...(options.args ?? [])]
  const { port, clock } = options
  return port === undefined
    ? launchOnFreePort(serverArguments, { env: clock?.env })
    : launchOnPort(port, serverArguments, clock?.env)
}

/** The arguments of a redis-server on 127.0.0.1 that writes nothing to disk. */
export function inMemory(port: number, directory: string): readonly string[] {
  return ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no']
}
