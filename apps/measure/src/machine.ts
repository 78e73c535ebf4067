import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { ensureRedisServer } from '@rl/test-servers'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  /** One-minute load average before the run: above about 0.2 something else was running. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

/** The machine in one line of a table. */
export function machineLine({ cpu, cores, memoryGb, system }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}`
}

/**
 * Versions of Node, redis-server and libraries.
 *
 * @param app The folder of the application that the libraries are installed for, with a slash at its end.
 */
export async function describeVersions(
  libraries: readonly string[],
  app: URL,
): Promise<Readonly<Record<string, string>>> {
  const server = execFileSync(await ensureRedisServer(), ['--version'], { encoding: 'utf8' })
  const installed = libraries.map((name): [string, string] => [name, versionOf(name, app)])
  return {
    node: process.version.slice(1),
    'redis-server': /v=(\S+)/.exec(server)?.[1] ?? 'unknown',
    ...Object.fromEntries(installed),
  }
}

function versionOf(library: string, app: URL): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL(`node_modules/${library}/package.json`, app), 'utf8'))
  return (manifest as { version: string }).version
}
