/** A client library that has an adapter. */
export type Library = 'ioredis' | 'node-redis' | 'upstash' | 'valkey-glide'

const STORES: Readonly<Record<Library, string>> = {
  ioredis: 'IoredisStore of @rl/ioredis',
  'node-redis': 'NodeRedisStore of @rl/node-redis',
  upstash: 'UpstashStore of @rl/upstash',
  'valkey-glide': 'ValkeyGlideStore of @rl/valkey-glide',
}

/** The kind of an object, by the marks of each library. */
export interface Recognised {
  /** Absent for parts of a library that can't be used as a client. */
  readonly library?: Library
  /** For messages. */
  readonly name: string
}

/** The library of a client with all of these marks, or the name of what else has them. The first row that fits counts. */
const KINDS: readonly (readonly [marks: string, is: string])[] = [
  ['invokeScript', 'valkey-glide'],
  ['isPipeline', 'a pipeline of ioredis (pass the client)'],
  ['isCluster', 'ioredis'],
  ['evalSha+exec', 'a multi of node-redis (pass the client)'],
  ['evalSha+isOpen', 'node-redis'],
  // A wrapper has no commands by their upper-case names.
  ['evalSha+EVALSHA', 'client.legacy() of node-redis (pass the client)'],
  ['evalSha', ''],
  // Pipelines have all commands, EXEC among them; only the client makes pipelines.
  ['exec+!pipeline', 'a pipeline of @upstash/redis (pass the client)'],
  ['createScript', 'upstash'],
  [
    'connected+getBuffer',
    'a RedisClient of Bun, which may run a call after it has timed out (use ioredis, also in Bun)',
  ],
  ['connected', 'a client of another library'],
]

/** Undefined for what has no mark of any library, such as a wrapper. */
export function recognise(value: object): Recognised | undefined {
  const [, name] = KINDS.find(([marks]) => marks.split('+').every((mark) => has(value, mark))) ?? []
  if (!name) return undefined
  const store = STORES[name as Library]
  return store ? { library: name as Library, name: `a client for ${store}` } : { name }
}

/** `in` first: a proxy may answer any name with a function. */
function has(value: object, mark: string): boolean {
  if (mark.startsWith('!')) return !has(value, mark.slice(1))
  const type = /^(is|connected)/.test(mark) ? 'boolean' : 'function'
  return mark in value && typeof (value as Record<string, unknown>)[mark] === type
}
