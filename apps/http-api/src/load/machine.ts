import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { ensureRedisServer } from '@rl/test-servers'

const LIBRARIES = [
  'fastify',
  'express',
  'ioredis',
  '@fastify/rate-limit',
  'express-rate-limit',
  'rate-limit-redis',
  'autocannon',
]

export function describeMachine(): Record<string, string> {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown'
  const memory = Math.round(totalmem() / 2 ** 30)
  return {
    machine: `${cpu}, ${availableParallelism()} cores, ${memory} GB, ${type()} ${release()}`,
    // Above about 0.2 something else was running.
    'load average before': (loadavg()[0] ?? 0).toFixed(2),
  }
}

export async function describeVersions(): Promise<Record<string, string>> {
  const server = execFileSync(await ensureRedisServer(), ['--version'], { encoding: 'utf8' })
  return {
    node: process.version.slice(1),
    'redis-server': /v=(\S+)/.exec(server)?.[1] ?? 'unknown',
    ...Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
  }
}

function versionOf(library: string): string {
  const path = new URL(`../../node_modules/${library}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
