import type { RedisServer } from '@rl/test-servers'
import { commandStats, type Lab, serverCpu } from '../lab.ts'
import {
  BILLED,
  CLIENT_CPU,
  COMMANDS,
  CPU,
  HTTP_BYTES,
  REQUEST_BYTES,
  REQUESTS,
  SERVER_CPU,
  SERVER_TIME,
} from '../metrics.ts'
import { billed, sent, since } from '../server-stats.ts'
import type { Meter } from './loaded.ts'

/** Commands sent, the time they took the server, and all of its processor time. */
export function serverMeter(redis: RedisServer): Meter {
  return async () => {
    const [before, cpuBefore] = [await commandStats(redis), await serverCpu(redis)]
    return async (decisions) => {
      const cpu = (await serverCpu(redis)) - cpuBefore
      const { calls, usec } = sent(since(before, await commandStats(redis)))
      return { [COMMANDS]: calls / decisions, [SERVER_TIME]: usec / decisions, [SERVER_CPU]: cpu / decisions }
    }
  }
}

/** Processor time of this process. */
export const clientMeter: Meter = async () => {
  const before = process.cpuUsage()
  return async (decisions) => {
    const { user, system } = process.cpuUsage(before)
    return { [CLIENT_CPU]: (user + system) / decisions }
  }
}

/** Processor time of both sides, alone and together, and what the server counts. */
export function costMeter(redis: RedisServer): Meter {
  return async () => {
    const readServer = await serverMeter(redis)()
    const readClient = await clientMeter()
    return async (decisions) => {
      const both = { ...(await readClient(decisions)), ...(await readServer(decisions)) }
      return { ...both, [CPU]: (both[CLIENT_CPU] ?? Number.NaN) + (both[SERVER_CPU] ?? Number.NaN) }
    }
  }
}

/** HTTP requests, their bytes with all headers, and the commands behind them. */
export async function restMeter(lab: Lab): Promise<Meter> {
  const [redis, rest] = await Promise.all([lab.redis(), lab.rest()])
  return async () => {
    const [before, trafficBefore] = await Promise.all([commandStats(redis), rest.traffic()])
    return async (decisions) => {
      const traffic = await rest.traffic()
      const [requests, bytes] = [traffic.requests - trafficBefore.requests, traffic.bytes - trafficBefore.bytes]
      return {
        [REQUESTS]: requests / decisions,
        ...(requests > 0 && { [REQUEST_BYTES]: bytes / requests }),
        [HTTP_BYTES]: bytes / decisions,
        [BILLED]: billed(since(before, await commandStats(redis))) / decisions,
      }
    }
  }
}
