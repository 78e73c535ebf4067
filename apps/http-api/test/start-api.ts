import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { RedisServer } from '@rl/test-servers'

type Environment = Readonly<Record<string, string>>

type ApiProcess = ChildProcessByStdio<null, Readable, Readable>

/** The accounts of all tests. */
export const KEYS = { ann: 'a-free-key', bob: 'a-pro-key' }

export interface Api {
  readonly url: string
  readonly process: ApiProcess
  /** Its log so far. */
  log(): string
  get(path: string, key?: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  hash(key: string, body?: unknown): Promise<Response>
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  stop(): Promise<void>
}

/** Runs what `build` made of the API as a separate process. */
export function startApi(redis: RedisServer, settings: Environment = {}): Promise<Api> {
  const env = {
    REDIS_URL: redis.url,
    API_KEYS: `ann:free:${KEYS.ann},bob:pro:${KEYS.bob}`,
    PORT: '0',
    REDIS_DEADLINE_MS: '30000',
  }
  return whenListening(spawnApi('main', { ...env, ...settings }))
}

/** A process of this app, with nothing else in its environment. */
export function spawnApi(entry: 'main' | 'dev', env: Environment, args: readonly string[] = []): ApiProcess {
  const path = fileURLToPath(new URL(`../dist/${entry}.js`, import.meta.url))
  if (!existsSync(path)) throw new Error('The API is not built: run `npx --yes pnpm@12 build` first')
  return spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function whenListening(child: ApiProcess): Promise<Api> {
  child.stderr.pipe(process.stderr)
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  let log = ''
  const listening = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log += text
      const url = /Server listening at (http:\/\/[\d.:]+)/.exec(log)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  const early = ended.then((code) => {
    throw new Error(`the API ended with ${code} before it listened`)
  })
  const url = await Promise.race([listening, early])
  early.catch(() => {})
  const get: Api['get'] = (path, key, headers = {}) => fetch(url + path, { headers: { ...headers, ...bearer(key) } })
  const hash: Api['hash'] = (key, body = { password: 'secret' }) =>
    fetch(`${url}/v1/hashes`, {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { url, process: child, log: () => log, get, hash, ended, stop }
}

export function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}
