import { type FaultGroup, onStage } from '../fault.ts'
import type { Stage } from '../stage.ts'
import { ALL_REDIS } from '../stores.ts'
import type { Traffic } from '../traffic.ts'
import { trial } from '../trial.ts'

const FLUSHES = 50
const FOREVER = 'while true do end'

export const SCRIPTS: FaultGroup = {
  title: 'Scripts',
  ...onStage(),
  faults: [
    {
      title: '`SCRIPT FLUSH` every few calls',
      stores: ALL_REDIS,
      asserted: 'no call fails',
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            for (let flush = 0; flush < FLUSHES; flush++) {
              await stage.onMasters('SCRIPT', 'FLUSH')
              const { answered } = traffic
              await traffic.until('calls between the flushes', () => traffic.answered > answered)
            }
          },
          { failures: 'none', deadlineMs: 5000 },
        ),
    },
    {
      title: "another's script keeps the server busy (`BUSY`)",
      stores: ALL_REDIS,
      asserted: '`Redis refused: BUSY` for calls that come meanwhile; what came before is charged at most once',
      play: (stage) => trial(stage, (traffic) => keepBusy(stage, traffic), { failures: 'any' }),
    },
  ],
}

async function keepBusy(stage: Stage, traffic: Traffic): Promise<void> {
  await stage.onMasters('CONFIG', 'SET', 'busy-reply-threshold', 20)
  const busy = Promise.allSettled(stage.masters.map((master) => master.command('EVAL', FOREVER, 0)))
  const refused = (): boolean => traffic.failures.some(({ message }) => message === 'Redis refused: BUSY')
  await traffic.until('a refusal', refused)
  await traffic.turnOver()
  await stage.onMasters('SCRIPT', 'KILL')
  await busy
  await stage.onMasters('CONFIG', 'SET', 'busy-reply-threshold', 5000)
}
