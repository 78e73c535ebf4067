import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package that an adapter takes a client of. */
export type Client = 'ioredis' | 'redis' | '@upstash/redis'

/** Clients that one run of the suites goes over. */
export interface ClientSet {
  readonly name: string
  /** The installed packages that take the clients' places. A client that is not named is the newest, as everywhere else. */
  readonly packages: Readonly<Partial<Record<Client, string>>>
}

/** The oldest and the newest version of each supported major, but for the newest of all, which `test` runs with. */
export const CLIENT_SETS: readonly ClientSet[] = [
  { name: 'the oldest', packages: { ioredis: 'ioredis5.4', redis: 'redis5.7', '@upstash/redis': 'upstash1.35' } },
  { name: 'the newest of major 5', packages: { ioredis: 'ioredis5.11', redis: 'redis5.12' } },
  { name: 'the oldest of major 6', packages: { redis: 'redis6.0' } },
]

/** Where an installed package lies. */
export function pathOf(packageName: string): string {
  return join(import.meta.dirname, '../node_modules', packageName)
}

/** The version of an installed package, such as `5.4.0`. */
export function versionOf(packageName: string): string {
  const { version } = JSON.parse(readFileSync(join(pathOf(packageName), 'package.json'), 'utf8'))
  return version.replace(/^v/, '') // as @upstash/redis has it
}

/** Each client's version in a set. */
export function versionsIn({ packages }: ClientSet): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(packages).map(([client, name]) => [client, versionOf(name)]))
}
