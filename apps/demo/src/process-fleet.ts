import { type Fleet, type FleetOptions, letter } from './fleet.ts'
import type { Target } from './target.ts'
import { WorkerProcess } from './worker-process.ts'

/**
 * Processes that share nothing but the server, each with its client; they take the targets in turns.
 *
 * @throws {ReportableError} when one of them can't get ready.
 */
export async function startProcesses(
  targets: readonly Target[],
  { name, plan }: FleetOptions,
  signal: AbortSignal,
): Promise<Fleet> {
  const workers = plan.calls.map(() => new WorkerProcess())
  const targetOf = (i: number): Target => targets[i % targets.length] as Target
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()))
  }
  try {
    const ready = workers.map((worker) => worker.said('ready'))
    for (const [instance, worker] of workers.entries()) {
      worker.tell({ type: 'prepare', target: targetOf(instance), name, plan, instance })
    }
    await orAborted(Promise.all(ready), signal)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    instances: workers.map(({ pid }, i) => `${letter(i)} ${targetOf(i).kind}, pid ${pid}`),
    call: (instance) => (workers[instance] as WorkerProcess).call(),
    ask: async (report, signal) => {
      const done = workers.map((worker, i) => {
        worker.onMessage('answer', ({ allowed, resetAt }) => report(i, { allowed, resetAt }))
        return worker.said('done')
      })
      for (const worker of workers) worker.tell({ type: 'ask' })
      await orAborted(Promise.all(done), signal)
    },
    stop,
  }
}

async function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
