import { rotate } from '@rl/measure'
import { type Amount, hit } from './hit.ts'
import type { Case, Plan } from './plan.ts'
import type { CaseResult, Figure } from './results.ts'
import type { Server } from './server.ts'
import { SUBJECTS } from './subjects.ts'

interface Sample {
  readonly requestsPerSecond: number
  readonly cpuMicros: number
}

/** Loads the servers in turns, in another order each round, so that a slow spell of the machine hits all of them. */
export async function measure(one: Case, plan: Plan, servers: ReadonlyMap<string, Server>): Promise<CaseResult> {
  const samples = new Map<string, Sample[]>(SUBJECTS.map(({ label }) => [label, []]))
  for (const server of servers.values()) await load(server, one, { ms: plan.warmUpMs })
  const labels = [...servers.keys()]
  for (let round = 0; round < plan.rounds; round++) {
    for (const label of rotate(labels, round)) {
      const server = servers.get(label)
      if (server !== undefined) samples.get(label)?.push(await load(server, one, { ms: plan.roundMs }))
    }
  }
  const figures = Array.from(
    samples,
    ([server, taken]): Figure => ({
      server,
      requestsPerSecond: taken.map((sample) => sample.requestsPerSecond),
      cpuMicros: taken.map((sample) => sample.cpuMicros),
    }),
  )
  return { ...one, figures }
}

/** @throws where a request got another answer than 200: no limit is reached here. */
export async function load(server: Server, { connections, keys }: Case, amount: Amount): Promise<Sample> {
  const before = await server.use(keys)
  const { requests, elapsedMs, statuses } = await hit(server.url, connections, amount)
  const cpu = (await server.use(keys)) - before
  const others = Object.keys(statuses).filter((status) => status !== '200')
  if (others.length > 0) throw new Error(`a server answered ${others.join(', ')}`)
  return { requestsPerSecond: (requests / elapsedMs) * 1000, cpuMicros: cpu / requests }
}
