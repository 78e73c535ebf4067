import {
  type Adapter,
  type AdapterOptions,
  AdapterStore,
  type HashTagOptions,
  REDIS_SCRIPT,
  tagsFor,
} from '@rl/redis-script'
import { Script } from '@valkey/valkey-glide'
import { translated } from './errors.ts'

/** A script as GLIDE knows it. */
export interface GlideScript {
  getHash(): string
}

/** The method of a `GlideClient` or `GlideClusterClient` that is called. */
export interface GlideClient {
  invokeScript(script: GlideScript, options: { keys: string[]; args: string[] }): Promise<unknown>
}

/** Options of a {@link ValkeyGlideStore}. */
export type ValkeyGlideStoreOptions = AdapterOptions & HashTagOptions

/** GLIDE keeps its text while this object lives, and loads it into servers that don't have it. */
let script: Script | undefined

const ADAPTER: Adapter<GlideClient, ValkeyGlideStoreOptions> = {
  library: 'valkey-glide',
  accepts: 'a GlideClient or a GlideClusterClient of @valkey/valkey-glide',
  methods: ['invokeScript'],
  script: REDIS_SCRIPT,
  parallelism: 2,
  options: ['hashTags'],
  tagsFor,
  traits: (client) => {
    const cluster = 'fcallWithRoute' in client
    return {
      cluster,
      label: cluster ? 'valkey-glide cluster' : 'valkey-glide',
      retries: { client: 'a client of GLIDE', setting: undefined, remedy: '' },
    }
  },
  open: (client) => {
    script ??= new Script(REDIS_SCRIPT.text)
    const own = script
    const invoke = async (keys: string[], args: string[]): Promise<unknown> => {
      try {
        return await client.invokeScript(own, { keys, args })
      } catch (error) {
        throw translated(error)
      }
    }
    return { evalsha: (_, keys, args) => invoke(keys, args), eval: (_, keys, args) => invoke(keys, args) }
  },
}

/**
 * Counters in Valkey or Redis through Valkey GLIDE 2.5 or later: a `GlideClient` for a single server and its replicas, or a
 * `GlideClusterClient`. The client stays yours: configure and close it as you like, best with {@link recommendedOptions}.
 *
 * @example
 * const client = await GlideClient.createClient({ addresses, ...recommendedOptions })
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new ValkeyGlideStore(client), limit: 100, window: '1m' })
 */
export class ValkeyGlideStore extends AdapterStore<GlideClient, ValkeyGlideStoreOptions> {
  /** @throws {OptionError} for a wrong client, and a bad or unknown option. */
  constructor(client: GlideClient, options: ValkeyGlideStoreOptions = {}) {
    super(ADAPTER, client, options)
  }
}
