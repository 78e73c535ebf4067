import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limiterOf } from '../../limiters.ts'
import type { AppOptions } from '../driver.ts'
import { type Leaving, leavings } from '../leaving-clients.ts'
import { type App, type Handle, remaining, type Stage } from '../stage.ts'

// Each would give the unit back if the client stayed.
const refunds: readonly (readonly [refund: AppOptions['refund'], status: number])[] = [
  ['successful', 200],
  ['failed', 500],
  [() => true, 200],
]

/** More than the buffers of both ends take. */
const MANY_BYTES = 'a'.repeat(20_000_000)

/** Clients that leave early get nothing back, in whichever way they leave, and however units are given back. */
export function leavingEarly(stage: Stage): void {
  leavings[stage.protocol].forEach((leaving, at) => {
    const refund = refunds[at % refunds.length]
    describe(`a client that ${leaving.how}`, () => leavingOneWay(stage, leaving, refund))
  })
}

function leavingOneWay(
  { driver, start }: Stage,
  { open, unseenWhileSending }: Leaving,
  [refund, status]: (typeof refunds)[number] = ['failed', 500],
): void {
  const running = async (handle: (app: Promise<App>) => ReturnType<Handle>, key = async () => 'ann') => {
    const limiter = limiterOf({ limit: 2 })
    const app: Promise<App> = start({ limiter, key, refund }, () => handle(app))
    const { port, closed } = await app
    const client = open(port)
    onTestFinished(client.stop)
    return { client, closed, left: () => remaining(limiter) }
  }

  test('before the handler gets nothing back', async () => {
    const [asked, gone] = [moment(), moment()]
    const { client, closed, left } = await running(
      () => status,
      async () => {
        asked.resolve()
        await gone.promise
        return 'ann'
      },
    )
    await asked.promise
    client.leave()
    await closed
    gone.resolve()
    await expect.poll(left).toBe(1)
    await someTurns()
    expect(await left()).toBe(1)
  })

  test('during the handler gets nothing back', async () => {
    const [reached, answered] = [moment(), moment()]
    const { client, left } = await running(async (app) => {
      reached.resolve()
      await (await app).closed
      answered.resolve()
      return status
    })
    await reached.promise
    client.leave()
    await answered.promise
    await someTurns()
    expect(await left()).toBe(1)
  })

  if (!unseenWhileSending) {
    test('while the answer is sent gets nothing back, where that is seen', async () => {
      const reached = moment()
      const { client, closed, left } = await running(() => {
        reached.resolve()
        return { status, body: MANY_BYTES }
      })
      await reached.promise
      await someTurns()
      client.leave()
      await closed
      await someTurns()
      expect(await left()).toBe(driver.seesSending ? 1 : 2)
    })
  }

  test('after the answer gets its unit back', async () => {
    const { client, left } = await running(() => status)
    await client.read()
    client.leave()
    await expect.poll(left).toBe(2)
  })
}

/** A promise for something that a test waits for. */
function moment(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

/** Refunds that a mistake would make are made by then: they take no time over a MemoryStore. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn()
}
