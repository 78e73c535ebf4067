import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { commandStats, serverCpu } from '../lab.ts'
import { sent, since } from '../server-stats.ts'
import type { CostPoint } from './cost.ts'
import { takesOf, type WireSettings } from './wire.ts'

/** Server time for commands of one size: in the script, and all that its processor spent. */
export interface ServerPoint extends CostPoint {
  readonly cpuUsPerTake: number
}

/** As many clients as keep the server from falling asleep between commands. */
const CONNECTIONS = 16

/** Measures commands of sizes that the benchmark does not. Timings: not the same in every run. */
export async function probeCosts(
  sizes: readonly number[],
  settings: WireSettings,
  roundMs: number,
): Promise<readonly ServerPoint[]> {
  const server = await startRedis()
  const clients = Array.from({ length: CONNECTIONS }, () => new Redis({ ...recommendedOptions, port: server.port }))
  try {
    const stores = clients.map((client) => new IoredisStore(client))
    const points: ServerPoint[] = []
    for (const size of sizes) {
      await takeFor(stores, size, settings, roundMs / 2)
      points.push(await measure(server, stores, size, settings, roundMs))
    }
    return points
  } finally {
    for (const client of clients) client.disconnect()
    await server.stop()
  }
}

async function measure(
  server: RedisServer,
  stores: readonly IoredisStore[],
  size: number,
  settings: WireSettings,
  roundMs: number,
): Promise<ServerPoint> {
  const [before, cpuBefore] = [await commandStats(server), await serverCpu(server)]
  await takeFor(stores, size, settings, roundMs)
  const cpu = (await serverCpu(server)) - cpuBefore
  const { calls, usec } = sent(since(before, await commandStats(server)))
  const takes = calls * size
  return { takesPerCommand: size, usPerTake: usec / takes, cpuUsPerTake: cpu / takes }
}

/** Every client has one command under way, and sends the next when it returns. */
async function takeFor(
  stores: readonly IoredisStore[],
  size: number,
  settings: WireSettings,
  ms: number,
): Promise<void> {
  const takes = takesOf(size, settings)
  const end = performance.now() + ms
  const loop = async (store: IoredisStore): Promise<void> => {
    while (performance.now() < end) {
      const replies = await store.apply(takes)
      if (replies.some((reply) => reply instanceof Error)) throw new Error('a take failed')
    }
  }
  await Promise.all(stores.map(loop))
}
