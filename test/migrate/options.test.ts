import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as flexible from 'rate-limiter-flexible'
import { expect, test } from 'vitest'
import { ROOT } from '../docs/documents.ts'

// The left column of a page names all that its peer offers, as the installed types declare it: a new option fails here.

const ERL = typesOf('express-rate-limit/dist/index.d.ts')
const ERL_REDIS = typesOf('rate-limit-redis/dist/index.d.ts')
const FLEXIBLE = typesOf('rate-limiter-flexible/types.d.ts')
const UPSTASH = typesOf('@upstash/ratelimit/dist/index.d.ts')

test.each([
  ['Options', members(ERL, 'export type Options = {')],
  ['RateLimitInfo', members(ERL, 'export type RateLimitInfo = {')],
  ['a middleware', members(ERL, 'export type RateLimitRequestHandler = RequestHandler & {')],
  [
    'options of rate-limit-redis',
    ['CommonOptions = {', 'SingleOptions = C', 'ClusterOptions = C'].flatMap((type) =>
      members(ERL_REDIS, `type ${type}`),
    ),
  ],
])('express-rate-limit: %s', (_, names) => {
  expectNamed('docs/migrate/express-rate-limit.md', names)
})

/** Of databases that this project does not have, and of connections to them. */
const STORAGE = ['storeType', 'dbName', 'tableName', 'tableCreated']

test.each([
  [
    'options',
    [
      'IRateLimiterOptions',
      'IRateLimiterStoreOptions',
      'IRateLimiterRedisOptions',
      'IRateLimiterClusterOptions',
      'IRateLimiterQueueOpts',
    ].flatMap((type) => members(FLEXIBLE, `interface ${type} `)),
  ],
  [
    'methods',
    ['RateLimiterAbstract', 'RateLimiterStoreAbstract', 'RateLimiterMemory', 'RateLimiterQueue'].flatMap((type) =>
      methods(FLEXIBLE, `export class ${type} `),
    ),
  ],
  ['RateLimiterRes', members(FLEXIBLE, 'export interface IRateLimiterRes ')],
  [
    'limiters that are no store',
    Object.keys(flexible).filter((name) => /^RLWrapper|^Bursty|(Union|Queue|Memory|Cluster|Res)$/.test(name)),
  ],
])('rate-limiter-flexible: %s', (_, names) => {
  expectNamed(
    'docs/migrate/rate-limiter-flexible.md',
    names.filter((name) => !STORAGE.includes(name)),
  )
})

test('rate-limiter-flexible: stores', () => {
  const stores = Object.keys(flexible).map((name) => /^RateLimiter(\w+?)(?:NonAtomic)?$/.exec(name)?.[1] ?? '')
  const text = read('docs/migrate/rate-limiter-flexible.md').toLowerCase()
  const noStores = /^$|^(Memory|Cluster|ClusterMaster|ClusterMasterPM2|Union|Queue|Res|CompatibleAbstract)$|Error$/
  const missing = stores.filter(
    (name) => !noStores.test(name) && !text.includes(name.toLowerCase().replace('glide', ' glide')),
  )
  expect(missing).toEqual([])
})

test.each([
  [
    'options',
    ['RegionRatelimitConfig', 'MultiRegionRatelimitConfig'].flatMap((type) => members(UPSTASH, `type ${type} = {`)),
  ],
  ['algorithms', methods(UPSTASH, 'declare class RegionRatelimit ', 'static ')],
  ['options of a call', members(UPSTASH, 'type LimitOptions = {')],
  ['answers', members(UPSTASH, 'type RatelimitResponse = {')],
  ['methods', members(UPSTASH, 'declare abstract class Ratelimit<')],
])('@upstash/ratelimit: %s', (_, names) => {
  expectNamed('docs/migrate/upstash-ratelimit.md', names)
})

function expectNamed(page: string, names: readonly string[]): void {
  expect(names).not.toEqual([])
  const left = Array.from(read(page).matchAll(/^\| ([^|]*)\|/gm), ([, cell = '']) => cell).join('\n')
  const words = new Set(left.match(/\w+/g))
  expect(names.filter((name) => !words.has(name))).toEqual([])
}

/** Of an installed package, without comments. */
function typesOf(file: string): string {
  return read(join('node_modules', file)).replace(/\/\*.*?\*\//gs, '')
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Public fields of a declaration, and functions that are fields. */
function members(types: string, declaration: string): readonly string[] {
  return named(types, declaration, /^(?:\t| {4})(?:readonly )?(\w+)\??:/gm)
}

function methods(types: string, declaration: string, kind = ''): readonly string[] {
  const found = named(types, declaration, new RegExp(`^(?:\\t| {4})${kind}(\\w+)\\(`, 'gm'))
  return found.filter((name) => name !== 'constructor')
}

function named(types: string, declaration: string, name: RegExp): readonly string[] {
  const [, rest] = types.split(declaration)
  if (rest === undefined) throw new Error(`the types have no ${declaration}`)
  const [block = ''] = rest.split('\n}')
  return Array.from(block.matchAll(name), ([, found = '']) => found)
}
