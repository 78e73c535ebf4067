import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { ensureRedisServer } from '@rl/test-servers'
import type { Machine } from './results.ts'

const LIBRARIES = [
  'ioredis',
  'redis',
  '@upstash/redis',
  'rate-limiter-flexible',
  'rate-limit-redis',
  'express-rate-limit',
  '@upstash/ratelimit',
]

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

export async function describeVersions(): Promise<Readonly<Record<string, string>>> {
  const server = execFileSync(await ensureRedisServer(), ['--version'], { encoding: 'utf8' })
  const libraries = LIBRARIES.map((name): [string, string] => [name, versionOf(name)])
  return {
    node: process.version.slice(1),
    'redis-server': /v=(\S+)/.exec(server)?.[1] ?? 'unknown',
    ...Object.fromEntries(libraries),
  }
}

function versionOf(library: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL(`../node_modules/${library}/package.json`, import.meta.url), 'utf8'),
  )
  return (manifest as { version: string }).version
}
