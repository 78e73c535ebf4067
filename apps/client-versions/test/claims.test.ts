import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CLIENT_SETS, type Client, versionOf } from '../src/client-sets.ts'

const ADAPTERS: readonly [Client, string][] = [
  ['ioredis', 'ioredis'],
  ['redis', 'node-redis'],
  ['@upstash/redis', 'upstash'],
]

function read(adapter: string, file: string): string {
  return readFileSync(join(import.meta.dirname, '../../../packages', adapter, file), 'utf8')
}

/** The versions of a client that the adapter's suites run with, the oldest first. The installed one is the last. */
function testedVersions(client: Client): readonly string[] {
  const others = CLIENT_SETS.map(({ packages }) => packages[client]).filter((name) => name !== undefined)
  return [...others.map(versionOf), versionOf(client)]
}

describe.each(ADAPTERS)('%s', (client, adapter) => {
  const tested = testedVersions(client)
  const range: string = JSON.parse(read(adapter, 'package.json')).peerDependencies[client]
  const floors = range.split(' || ').map((part) => part.replace('^', ''))

  test('each major in the peer range begins with a version that is tested', () => {
    const oldest = tested.filter((version, i) => tested.findIndex((other) => majorOf(other) === majorOf(version)) === i)
    expect(floors).toEqual(oldest)
  })

  test('the README names the versions that are tested', () => {
    const text = read(adapter, 'README.md').replaceAll(/\s+/g, ' ')
    const list = `${tested.slice(0, -1).join(', ')} and ${tested.at(-1)}`
    expect(text).toContain(`Tested with ${client} ${list}`)
  })
})

function majorOf(version: string): string {
  return version.split('.')[0] ?? ''
}
