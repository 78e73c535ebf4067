import { StoreError } from '@rl/core'
import { askThroughout } from './ask.ts'
import { serverFailure } from './failure-line.ts'
import { openStore } from './open-store.ts'
import { sharedLimiter } from './plan.ts'
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
  const order = await nextMessage()
  if (order.type !== 'prepare') throw new TypeError(`A worker must be prepared first, received ${order.type}`)
  const { target, name, plan, instance } = order
  const { store, close } = await openStore(target)
  try {
    const limiter = sharedLimiter(name, store, plan)
    // Loads the script and opens what is opened lazily, so that the first call is no slower than the others.
    await limiter.peek('warm-up')
    const toldToAsk = nextMessage()
    await tell({ type: 'ready' })
    await toldToAsk
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

function nextMessage(): Promise<ToWorker> {
  return new Promise((resolve) => process.once('message', (message) => resolve(message as ToWorker)))
}

function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) throw new Error('This file is for child processes of the demo')
    process.send(message, undefined, {}, () => resolve())
  })
}
