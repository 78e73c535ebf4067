import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@rl/test-servers'
import { type Fault, type FaultGroup, onStage } from '../fault.ts'
import type { Stage } from '../stage.ts'
import { ALL_REDIS, storesOn } from '../stores.ts'
import { type Expected, type Figures, trial } from '../trial.ts'

const AOF = ['--appendonly', 'yes', '--appendfsync']

export const PROCESSES: FaultGroup = {
  title: 'Processes',
  ...onStage(),
  faults: [
    {
      title: 'redis-server suspended (SIGSTOP) and resumed',
      stores: ALL_REDIS,
      asserted: 'charged at most once, also what runs after its caller gave up',
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            for (const master of stage.masters) master.pause()
            await traffic.turnOver()
            for (const master of stage.masters) master.resume()
          },
          { failures: 'unknown' },
        ),
    },
    killed('append-only file, fsync always', [...AOF, 'always'], 'no counter is lost', {}),
    killed(
      'append-only file, fsync never',
      [...AOF, 'no'],
      'no counter is lost, as the kernel has it; a power cut is another matter',
      {},
    ),
    killed('no persistence', [], 'all counters are lost: at most the limit once more', { losses: 1 }),
  ],
}

function killed(how: string, args: readonly string[], asserted: string, expected: Partial<Expected>): Fault {
  const title = `redis-server killed (SIGKILL) and started again; ${how}`
  return { title, stores: storesOn('single', 'rest'), asserted, play: (stage) => kill(stage, args, expected) }
}

async function kill(stage: Stage, args: readonly string[], expected: Partial<Expected>): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), 'rl-faults-'))
  const [{ port } = { port: 0 }] = stage.masters
  const start = () => startRedis({ port, args: [...args, '--dir', directory] })
  try {
    await replaceServer(stage, start)
    const play = async (traffic: { turnOver(): Promise<void> }): Promise<void> => {
      await stage.masters[0]?.kill()
      await traffic.turnOver()
      await replaceServer(stage, start)
    }
    return await trial(stage, play, { failures: 'any', ...expected })
  } finally {
    await replaceServer(stage, () => startRedis({ port }))
    await rm(directory, { recursive: true, force: true })
  }
}

async function replaceServer(stage: Stage, start: () => ReturnType<typeof startRedis>): Promise<void> {
  await stage.masters[0]?.stop()
  stage.masters = [await start()]
}
