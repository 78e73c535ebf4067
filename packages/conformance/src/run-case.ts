import type { Case, Context } from './context.ts'
import type { Harness } from './harness.ts'

/** The last case of each harness whose clock is moved: the clock is all cases', so they take turns. */
const last = new WeakMap<Harness, Promise<unknown>>()

/** Runs a case for each way of asking. The error of the first that fails names the way. */
export async function runCase(each: Case, contexts: readonly Context[]): Promise<void> {
  const results = await Promise.allSettled(contexts.map((context) => inTurn(each, context)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function inTurn(each: Case, context: Context): Promise<void> {
  const { harness } = context
  if (harness.moveClock === undefined && !each.alone) return runInWay(each, context)
  const before = last.get(harness)
  const running = (async () => {
    await before
    await runInWay(each, context)
  })()
  last.set(
    harness,
    running.catch(() => {}),
  )
  return running
}

async function runInWay(each: Case, context: Context): Promise<void> {
  try {
    await each.run(context)
  } catch (error) {
    const way = `asked by ${context.wayName}: `
    // One error may have failed several operations.
    if (error instanceof Error && !error.message.startsWith(way)) error.message = way + error.message
    throw error
  }
}
