import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, startCluster, startRedis, startUpstashRest } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as Upstash } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { run } from '../src/run.ts'
import { marksFor } from '../src/show/table.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export type Env = Readonly<Record<string, string>>

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly exit: number | string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process. */
export async function runHere(
  args: readonly string[],
  env: Env,
  answer?: string | (() => Promise<string>),
): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  const exit = await run(patient(args), env, {
    marks: marksFor(false, env),
    print: (text) => {
      stdout += text
    },
    note: (text) => {
      stderr += text
    },
    ask:
      answer === undefined
        ? undefined
        : async (question) => {
            stderr += question
            return typeof answer === 'string' ? answer : answer()
          },
  })
  return { exit, stdout, stderr }
}

/** The output of `--json`: one line. Fails unless it exits with 0. */
export async function jsonOf<T = Record<string, unknown>>(args: readonly string[], env: Env): Promise<T> {
  const { exit, stdout, stderr } = await runHere([...args, '--json'], env)
  if (exit !== 0 || stderr !== '' || !/^.*\n$/.test(stdout)) throw new Error(`exit ${exit}: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}

const OWN = /^(REDIS_URL|UPSTASH_\w+|NO_COLOR|CI|NODE_\w+|DEBUG)$/

/** A busy machine may hold a server up. A test's own --timeout comes later, and counts. */
function patient([command = '', ...args]: readonly string[]): readonly string[] {
  return ['peek', 'top', 'reset'].includes(command)
    ? [command, '--timeout=60', ...args]
    : [command, ...args].filter(Boolean)
}

/** Starts what `build` made, as a user's shell would, with pipes for its input and output, or a file for stdout. */
export function spawnRl(
  args: readonly string[],
  env: Env,
  stdout?: number,
): { child: ChildProcess; ended: Promise<Ended> } {
  return spawnCommand(process.execPath, [builtMain(), ...patient(args)], env, stdout)
}

export function builtMain(): string {
  if (!existsSync(MAIN)) throw new Error('packages/cli is not built: run `npx --yes pnpm@12 build` first')
  return MAIN
}

export function spawnCommand(
  command: string,
  args: readonly string[],
  env: Env,
  stdoutFile: number | 'pipe' = 'pipe',
): { child: ChildProcess; ended: Promise<Ended> } {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)))
  const child = spawn(command, args, { env: { ...clean, ...env }, stdio: ['pipe', stdoutFile, 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ exit: code ?? signal, stdout, stderr }))
  })
  return { child, ended }
}

/** Servers of one kind, with a store over them and what tells `rl` where they are. */
export interface Storage {
  readonly store: IoredisStore | UpstashStore
  readonly env: Env
  readonly servers: readonly RedisServer[]
  /** Of the first server that has the key. */
  get(key: string): Promise<string | null>
  close(): Promise<void>
}

const silent = (): void => {}

export const STORAGES: Readonly<Record<string, () => Promise<Storage>>> = {
  Redis: async () => {
    const server = await startRedis()
    const redis = new Redis(server.url, recommendedOptions).on('error', silent)
    return storage(
      [server],
      new IoredisStore(redis),
      { REDIS_URL: server.url },
      (key) => redis.get(key),
      async () => redis.disconnect(),
    )
  },
  'a Redis Cluster': async () => {
    const { nodes, urls, ports } = await startCluster()
    const cluster = new Cluster(
      ports.map((port) => ({ host: '127.0.0.1', port })),
      { ...recommendedClusterOptions },
    ).on('error', silent)
    // Not the node of the first slots, so that it must be asked for others.
    const env = { REDIS_URL: urls[1] ?? '' }
    return storage(
      nodes,
      new IoredisStore(cluster),
      env,
      (key) => cluster.get(key),
      async () => cluster.disconnect(),
    )
  },
  Upstash: async () => {
    const server = await startRedis()
    const rest = await startUpstashRest({ redisUrl: server.url })
    const redis = new Upstash({ ...upstashOptions, url: rest.url, token: rest.token, automaticDeserialization: false })
    const env = { UPSTASH_REDIS_REST_URL: rest.url, UPSTASH_REDIS_REST_TOKEN: rest.token }
    return storage(
      [server],
      new UpstashStore(redis),
      env,
      (key) => redis.get(key),
      () => rest.stop(),
    )
  },
}

function storage(
  servers: readonly RedisServer[],
  store: Storage['store'],
  env: Env,
  get: Storage['get'],
  closeClient: () => Promise<void>,
): Storage {
  const close = async (): Promise<void> => {
    await closeClient()
    await Promise.all(servers.map((server) => server.stop()))
  }
  return { store, env, servers, get, close }
}
