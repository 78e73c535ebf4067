import { setTimeout as sleep } from 'node:timers/promises'
import { auditedLoop } from '../audit.ts'
import { DECISIONS } from '../metrics.ts'
import type { Participant, Scenario } from '../scenario.ts'
import { openSubject } from '../subjects/index.ts'
import { lastWindow, MILLION_A_MINUTE, type Subject } from '../subjects/subject.ts'
import { onRedis } from './loaded.ts'

const SUBJECTS = [
  '@rl/ioredis, lease',
  '@rl/ioredis',
  'rate-limiter-flexible, ioredis',
  'rate-limiter-flexible, ioredis autopipelining',
]

export const lease: Scenario = {
  name: 'lease',
  title: 'Lease on',
  about:
    '512 callers, one hot identifier under a limit of 1 M per minute. Each round takes a new identifier and ends before its limit does, so that every call is admitted.',
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () => [
    {
      name: '512 callers, one hot id',
      open: async (lab) => {
        const place = await onRedis(lab)
        const opened: Participant[] = []
        for (const label of SUBJECTS) {
          const subject = await openSubject(label, place, MILLION_A_MINUTE)
          let rounds = 0
          const run = (ms: number) => freshId(subject, `hot-${SUBJECTS.indexOf(label)}-${rounds++}`, ms)
          opened.push({
            subject: label,
            warmUp: async () => void (await run(lab.plan.warmUpMs)),
            round: async () => ({ [DECISIONS]: await run(lab.plan.roundMs) }),
            close: () => subject.close(),
          })
        }
        return opened
      },
    },
  ],
}

async function freshId(subject: Subject, id: string, ms: number): Promise<number> {
  const { limit, seconds } = lastWindow(MILLION_A_MINUTE)
  // The audit needs all of the round within one window.
  const left = seconds * 1000 - (Date.now() % (seconds * 1000))
  if (left < ms + 1000) await sleep(left + 10)
  const load = { ids: [id], picks: Uint32Array.of(0), callers: 512, ms, mostDecisions: 0.8 * limit }
  const { decisions, elapsedMs } = await auditedLoop(subject, load, 'all-allowed')
  return (decisions / elapsedMs) * 1000
}
