import { Child } from '../children/child.ts'
import type { LoadReport, LoadSettings } from '../children/load.ts'
import { DECISIONS, DELAY_P99 } from '../metrics.ts'
import type { Participant, Scenario } from '../scenario.ts'
import { OPEN } from '../subjects/subject.ts'
import { onRedis } from './loaded.ts'

const CALLERS = 512

export const processes: Scenario = {
  name: 'processes',
  title: 'Several client processes',
  about: '512 callers in each process, distinct identifiers, one redis-server, all on this machine.',
  plots: [{ metric: DECISIONS, kind: 'lines', xLabel: 'processes' }],
  cases: () =>
    [1, 2, 4].map((count) => ({
      name: `${count} ${count === 1 ? 'process' : 'processes'}`,
      fullOnly: count === 2,
      open: async (lab) => {
        const { port } = await onRedis(lab)
        return Promise.all(
          ['@rl/ioredis', 'rate-limiter-flexible, ioredis', '@rl/node-redis'].map((subject) =>
            inChildren(subject, count, port, lab.plan.roundMs, lab.plan.warmUpMs, (reports) => ({
              [DECISIONS]: reports.reduce((sum, { decisions, elapsedMs }) => sum + decisions / (elapsedMs / 1000), 0),
            })),
          ),
        )
      },
    })),
}

export const eventLoop: Scenario = {
  name: 'event-loop',
  title: 'Event-loop delay',
  about:
    'How late timers come (`monitorEventLoopDelay`, 99th percentile) in a process that serves 512 callers as fast as it can, each subject in a process of its own.',
  plots: [{ metric: DELAY_P99, kind: 'bars' }],
  cases: () => [
    {
      name: '512 callers',
      open: async (lab) => {
        const { port } = await onRedis(lab)
        const ms = Math.max(300, lab.plan.roundMs)
        return Promise.all(
          ['@rl/ioredis', 'rate-limiter-flexible, ioredis', '@rl/node-redis', 'rate-limiter-flexible, node-redis'].map(
            (subject) =>
              inChildren(subject, 1, port, ms, ms, (reports) => ({
                [DELAY_P99]: Math.max(...reports.map(({ delayP99Ms }) => delayP99Ms)),
                [DECISIONS]: reports.reduce((sum, { decisions, elapsedMs }) => sum + decisions / (elapsedMs / 1000), 0),
              })),
          ),
        )
      },
    },
  ],
}

/** So many processes, which are all loaded at once and idle while others have their turn. */
async function inChildren(
  subject: string,
  count: number,
  port: number | undefined,
  roundMs: number,
  warmUpMs: number,
  sample: (reports: readonly LoadReport[]) => Readonly<Record<string, number>>,
): Promise<Participant> {
  const place = port === undefined ? {} : { port }
  const children = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const settings: LoadSettings = { subject, place, policy: OPEN, callers: CALLERS, prefix: `p${i}-` }
      return Child.start('load', settings)
    }),
  )
  const run = async (ms: number): Promise<readonly LoadReport[]> =>
    (await Promise.all(children.map((child) => child.ask(ms)))) as readonly LoadReport[]
  return {
    subject,
    warmUp: async () => void (await run(warmUpMs)),
    round: async () => sample(await run(roundMs)),
    close: async () => void (await Promise.all(children.map((child) => child.stop()))),
  }
}
