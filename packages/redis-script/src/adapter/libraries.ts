/** A client library that has an adapter. */
export type Library = 'ioredis' | 'node-redis' | 'upstash'

/** What to pass to the store of each library. */
export const ACCEPTED: Readonly<Record<Library, string>> = {
  ioredis: 'a Redis or a Cluster of ioredis, such as new Redis(url)',
  'node-redis': 'a client, pool, cluster or Sentinel of node-redis, such as await createClient({ url }).connect()',
  upstash: 'a Redis of @upstash/redis, such as Redis.fromEnv()',
}

/** The methods that each store calls. */
export const METHODS: Readonly<Record<Library, readonly string[]>> = {
  ioredis: ['evalsha', 'eval'],
  'node-redis': ['evalSha', 'eval'],
  upstash: ['evalsha', 'eval'],
}

const STORES: Readonly<Record<Library, string>> = {
  ioredis: 'IoredisStore of @rl/ioredis',
  'node-redis': 'NodeRedisStore of @rl/node-redis',
  upstash: 'UpstashStore of @rl/upstash',
}

/** What an object is by the marks of each library. */
export interface Recognised {
  /** Absent for parts of a library that can't be used as a client. */
  readonly library?: Library
  /** For messages. */
  readonly name: string
}

/** Undefined for what has no mark of any library, such as a wrapper. */
export function recognise(value: object): Recognised | undefined {
  if (is(value, 'isPipeline', 'boolean')) return { name: 'a pipeline of ioredis (pass the client)' }
  if (is(value, 'isCluster', 'boolean')) return clientOf('ioredis')
  if (is(value, 'evalSha', 'function')) return recogniseNodeRedis(value)
  // Pipelines have all commands, EXEC among them; only the client makes pipelines.
  if (is(value, 'exec', 'function') && !is(value, 'pipeline', 'function')) {
    return { name: 'a pipeline of @upstash/redis (pass the client)' }
  }
  if (is(value, 'createScript', 'function')) return clientOf('upstash')
  if (is(value, 'connected', 'boolean')) return { name: 'a client of another library' }
  return undefined
}

function recogniseNodeRedis(value: object): Recognised | undefined {
  if (is(value, 'exec', 'function')) return { name: 'a multi of node-redis (pass the client)' }
  if (is(value, 'isOpen', 'boolean')) return clientOf('node-redis')
  // A wrapper has no commands by their upper-case names.
  if (is(value, 'EVALSHA', 'function')) return { name: 'client.legacy() of node-redis (pass the client)' }
  return undefined
}

function clientOf(library: Library): Recognised {
  return { library, name: `a client for ${STORES[library]}` }
}

/** `in` first: a proxy may answer any name with a function. */
function is(value: object, name: string, type: 'boolean' | 'function'): boolean {
  return name in value && typeof (value as Record<string, unknown>)[name] === type
}
