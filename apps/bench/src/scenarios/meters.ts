import { commandStats, type Lab, serverCpu } from '../lab.ts'
import { BILLED, CLIENT_CPU, COMMANDS, REQUESTS, SERVER_CPU, SERVER_TIME } from '../metrics.ts'
import { billed, sent, since } from '../server-stats.ts'
import type { Meter } from './loaded.ts'

/** Commands sent, and the time they took the server. */
export async function serverMeter(lab: Lab): Promise<Meter> {
  const redis = await lab.redis()
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
export async function clientMeter(): Promise<Meter> {
  return async () => {
    const before = process.cpuUsage()
    return async (decisions) => {
      const { user, system } = process.cpuUsage(before)
      return { [CLIENT_CPU]: (user + system) / decisions }
    }
  }
}

/** HTTP requests, and the commands behind them. */
export async function restMeter(lab: Lab): Promise<Meter> {
  const [redis, rest] = await Promise.all([lab.redis(), lab.rest()])
  return async () => {
    const [before, requestsBefore] = await Promise.all([commandStats(redis), rest.requests()])
    return async (decisions) => ({
      [REQUESTS]: ((await rest.requests()) - requestsBefore) / decisions,
      [BILLED]: billed(since(before, await commandStats(redis))) / decisions,
    })
  }
}
