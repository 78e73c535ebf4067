import type { RedisServer } from '@rl/test-servers'
import { Child } from '../children/child.ts'
import type { LoadReport, LoadSettings } from '../children/load.ts'
import { CLIENT_CPU, CPU, DECISIONS, DELAY_P99, SERVER_CPU } from '../metrics.ts'
import type { Participant, Sample } from '../scenario.ts'
import { OPEN } from '../subjects/subject.ts'
import { serverMeter } from './meters.ts'

const CALLERS = 512

/** A subject in child processes. Each is loaded by 512 callers, all at the same time; they are idle while other subjects run. */
export async function inChildren(
  subject: string,
  count: number,
  redis: RedisServer,
  roundMs: number,
  metrics: readonly string[],
): Promise<Participant> {
  const place = { port: redis.port }
  const children = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const settings: LoadSettings = { subject, place, policy: OPEN, callers: CALLERS, prefix: `p${i}-` }
      return Child.start('load', settings)
    }),
  )
  const run = async (): Promise<Sample> => {
    const read = await serverMeter(redis)()
    const reports = (await Promise.all(children.map((child) => child.ask(roundMs)))) as readonly LoadReport[]
    const sum = (of: (report: LoadReport) => number): number => reports.reduce((total, each) => total + of(each), 0)
    const decisions = sum((each) => each.decisions)
    const server = await read(decisions)
    const client = sum((each) => each.cpuUs) / decisions
    const sample: Sample = {
      [DECISIONS]: sum((each) => each.decisions / (each.elapsedMs / 1000)),
      [DELAY_P99]: Math.max(...reports.map(({ delayP99Ms }) => delayP99Ms)),
      ...server,
      [CLIENT_CPU]: client,
      [CPU]: client + (server[SERVER_CPU] ?? Number.NaN),
    }
    return Object.fromEntries(Object.entries(sample).filter(([metric]) => metrics.includes(metric)))
  }
  return {
    subject,
    warmUp: async () => void (await run()),
    round: run,
    close: async () => void (await Promise.all(children.map((child) => child.stop()))),
  }
}
