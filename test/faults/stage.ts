import type { CounterStore } from '@rl/core'
import {
  type FaultProxy,
  type FaultProxyOptions,
  type RedisCluster,
  type RedisServer,
  type RespValue,
  redisCommand,
  type ServerClock,
  startCluster,
  startFaultProxy,
  startRedis,
  startSentinel,
  startUpstashRest,
  type UpstashRestServer,
} from '@rl/test-servers'
import { vi } from 'vitest'
import { type Counted, countedInRedis } from './audit.ts'
import { type Connection, REDIS_STORES, type RedisStoreName } from './stores.ts'

/** How the servers of a stage are to be. */
export interface StageOptions {
  /** Replicas of each master of a Cluster, and of the Sentinels' master. Default: 0. */
  readonly replicas?: number
  readonly args?: readonly string[]
  readonly clock?: ServerClock
  /** Between whom a `disturbance` stands: the store and its client, or the limiter and the store. Default: the former. */
  readonly between?: 'store and client' | 'limiter and store'
}

/** Comes between a call and what answers it. */
export type Disturbance = (send: () => Promise<unknown>) => unknown

/** Running servers of the layout that a store needs, and the way to them. */
export class Stage {
  readonly store: RedisStoreName
  /** The masters. A fault that replaces one puts the new one here. */
  masters: RedisServer[]
  /** The first of the first master, and so on. */
  replicas: RedisServer[]
  readonly cluster: RedisCluster | undefined
  readonly #ports: readonly number[]
  readonly #rest: UpstashRestServer | undefined
  readonly #stop: () => Promise<void>
  /** The fault of each command, if any. */
  disturbance: Disturbance | undefined
  readonly #between: StageOptions['between']
  #proxies: ReadonlyMap<number, FaultProxy> = new Map()
  #connection: Connection | undefined

  private constructor(
    store: RedisStoreName,
    parts: Pick<Stage, 'masters' | 'replicas' | 'cluster'> & { ports: readonly number[] },
    rest: UpstashRestServer | undefined,
    stop: () => Promise<void>,
    between: StageOptions['between'],
  ) {
    this.#between = between
    this.store = store
    this.masters = parts.masters
    this.replicas = parts.replicas
    this.cluster = parts.cluster
    this.#ports = parts.ports
    this.#rest = rest
    this.#stop = stop
  }

  static async open(
    store: RedisStoreName,
    { replicas = 0, between = 'store and client', ...options }: StageOptions = {},
  ): Promise<Stage> {
    const { layout } = REDIS_STORES[store]
    if (layout === 'cluster') {
      const cluster = await startCluster({ masters: 3, replicas, nodeTimeoutMs: 1000 })
      const parts = {
        masters: cluster.nodes.slice(0, 3),
        replicas: cluster.nodes.slice(3),
        cluster,
        ports: cluster.ports,
      }
      return new Stage(store, parts, undefined, cluster.stop, between)
    }
    if (layout === 'sentinel') {
      const setup = await startSentinel({ replicas, downAfterMs: 500 })
      const ports = setup.sentinels.map(({ port }) => port)
      const parts = { masters: [setup.master], replicas: [...setup.replicas], cluster: undefined, ports }
      return new Stage(store, parts, undefined, setup.stop, between)
    }
    const server = await startRedis(options)
    const rest = layout === 'rest' ? await startUpstashRest({ redisUrl: server.url }) : undefined
    const parts = { masters: [server], replicas: [], cluster: undefined, ports: [server.port] }
    const stop = async (): Promise<void> => {
      await rest?.stop()
      await server.stop()
    }
    return new Stage(store, parts, rest, stop, between)
  }

  /**
   * A store over a new client; the one before is closed.
   *
   * @param patience For faults that the server reports by itself: it may take its time.
   */
  async connect(patience: { readonly socketTimeout?: number } = {}): Promise<CounterStore> {
    await this.#connection?.close()
    const route = (port: number): number => this.#proxies.get(port)?.port ?? port
    const disturbed = <T extends object>(target: T): T => disturb(target, () => this.disturbance)
    const wrap = this.#between === 'store and client' ? disturbed : <T>(client: T): T => client
    const { connect } = REDIS_STORES[this.store]
    const addresses = { ports: this.#ports, route, rest: this.#rest, wrap, patience }
    // A busy machine may let the client's time limit for connecting pass.
    this.#connection = await vi.waitFor(async () => connect(addresses), { timeout: 60_000, interval: 100 })
    const { store } = this.#connection
    return this.#between === 'store and client' ? store : disturbed(store)
  }

  /** The stored counters of a limiter's identifiers. */
  counted(name: string): Promise<ReadonlyMap<string, Counted>> {
    return countedInRedis(this.masters, name)
  }

  /** Puts a proxy before each server; clients that connect from now on go through them. */
  async interpose(
    options: Pick<FaultProxyOptions, 'seed' | 'kinds' | 'cutSilentAfterMs'>,
  ): Promise<readonly FaultProxy[]> {
    const ports =
      this.#rest === undefined ? [...this.masters, ...this.replicas].map(({ port }) => port) : [this.#rest.port]
    const protocol = this.#rest === undefined ? 'resp' : 'http'
    const proxies = await Promise.all(
      ports.map((targetPort, i) =>
        startFaultProxy({ ...options, seed: options.seed + i, targetPort, protocol, rate: 0 }),
      ),
    )
    await this.remove()
    this.#proxies = new Map(ports.map((port, i) => [port, proxies[i] as FaultProxy]))
    return proxies
  }

  /** A replica has taken the place of its master, which is a replica now, or dead. */
  promoted(replica: RedisServer): void {
    const place = this.replicas.indexOf(replica)
    const master = this.masters[place]
    if (master === undefined) throw new Error('it has no master')
    this.masters[place] = replica
    this.replicas[place] = master
  }

  /** Whether all Sentinels name this server as the master. */
  async isNamed(server: RedisServer): Promise<boolean> {
    const question = ['SENTINEL', 'get-master-addr-by-name', 'main']
    const answers = await Promise.all(this.#ports.map((port) => redisCommand(port, question)))
    return answers.every((answer) => String(answer).endsWith(`,${server.port}`))
  }

  /** Removes the proxies. */
  async remove(): Promise<void> {
    const proxies = [...this.#proxies.values()]
    this.#proxies = new Map()
    await Promise.all(proxies.map((proxy) => proxy.stop()))
  }

  /** The same command on each master. */
  onMasters(...command: (string | number)[]): Promise<readonly RespValue[]> {
    return Promise.all(this.masters.map((master) => master.command(...command)))
  }

  /** For each key that matches, on the master that has it. */
  async onKeys(pattern: string, act: (master: RedisServer, key: string) => Promise<unknown>): Promise<void> {
    for (const master of this.masters) {
      const keys = (await master.command('KEYS', pattern)) as string[]
      await Promise.all(keys.map((key) => act(master, key)))
    }
  }

  /** A command about one key, on the master that has its slot. */
  async onOwner(...command: (string | number)[]): Promise<RespValue> {
    for (const master of this.masters) {
      try {
        return await master.command(...command)
      } catch (error) {
        if (!String(error).includes('MOVED')) throw error
      }
    }
    throw new Error('no master has the slot')
  }

  async close(): Promise<void> {
    await this.#connection?.close()
    await this.remove()
    await Promise.all(this.masters.map((master) => master.stop()))
    await this.#stop()
  }
}

const COMMANDS = ['evalsha', 'evalSha', 'eval', 'apply']

/** The same, but its commands are disturbed while there is a disturbance. */
function disturb<T extends object>(target: T, disturbance: () => Disturbance | undefined): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      const call = value.bind(target)
      if (!COMMANDS.includes(String(name))) return call
      return (...args: unknown[]) => disturbance()?.(() => call(...args)) ?? call(...args)
    },
  })
}
