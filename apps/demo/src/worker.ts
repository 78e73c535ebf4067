import { type FixedWindowRateLimiter, StoreError } from '@rl/core'
import { counted } from './answer.ts'
import { askThroughout } from './ask.ts'
import { serverFailure } from './failure-line.ts'
import { openStore } from './open-store.ts'
import { classicLimiter, sharedLimiter, USER } from './plan.ts'
import { ReportableError } from './reportable-error.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

// One instance in a separate process. Nothing but the server connects it with the other instances.

// Ctrl-C reaches all processes of a terminal. The parent closes the channel; that ends this one, however the parent ends.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())

try {
  await work()
} catch (error) {
  if (!(error instanceof ReportableError)) throw error
  await tell({ type: 'failed', message: error.message })
}
process.disconnect()

async function work(): Promise<void> {
  const { target, name, plan, instance } = await messageOf('prepare')
  const { store, close } = await openStore(target)
  try {
    const limiter = sharedLimiter(name, store, plan)
    // Loads the script and opens what is opened lazily, so that the first call is no slower than the others.
    await limiter.peek('warm-up')
    const toldToAsk = messageOf('ask')
    const failedCall = answerCalls(classicLimiter(name, store))
    await tell({ type: 'ready' })
    await Promise.race([toldToAsk, failedCall])
    const never = new AbortController().signal
    const told: Promise<void>[] = []
    await askThroughout(limiter, plan, instance, (answer) => told.push(tell({ type: 'answer', ...answer })), never)
    await Promise.all(told)
    await tell({ type: 'done' })
  } catch (error) {
    throw error instanceof StoreError ? serverFailure(target, error) : error
  } finally {
    close()
  }
}

/** Rejects when a call fails. */
function answerCalls(limiter: FixedWindowRateLimiter): Promise<never> {
  return new Promise((_, reject) => {
    process.on('message', (message: ToWorker) => {
      if (message.type === 'call') answer(message.id).catch(reject)
    })
  })

  async function answer(id: number): Promise<void> {
    const { allowed, remaining, retryAfterMs, resetAt } = counted(await limiter.limit(USER))
    await tell({ type: 'called', id, decision: { allowed, remaining, retryAfterMs, resetAt } })
  }
}

function messageOf<Type extends ToWorker['type']>(type: Type): Promise<Extract<ToWorker, { type: Type }>> {
  return new Promise((resolve) => {
    process.on('message', (message: ToWorker) => {
      if (message.type === type) resolve(message as Extract<ToWorker, { type: Type }>)
    })
  })
}

function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) throw new Error('This file is for child processes of the demo')
    process.send(message, undefined, {}, () => resolve())
  })
}
