import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { frameworks, leavings, type Options, type Route, serveOver } from './frameworks/protocols.ts'
import { limiterOf } from './limiters.ts'

// Each would give the unit back if the client stayed.
const refunds: readonly (readonly [string, Options['refund'], number])[] = [
  ["'successful'", 'successful', 200],
  ["'failed'", 'failed', 500],
  ['a function', () => true, 200],
]

/** More than the buffers of both ends take. */
const MANY_BYTES = 'a'.repeat(20_000_000)

/** Those that hear of the answer's end. The others give units back when the handler has answered. */
const SEE_SENDING = ['Express 4', 'Express 5', 'Express middleware alone', 'Fastify']

const cases = frameworks.flatMap(([framework, createListener, protocols]) =>
  leavings
    .filter(([, protocol]) => protocols.includes(protocol))
    .flatMap(([how, protocol, open]) =>
      refunds.map(([name, refund, status]) => ({
        framework,
        protocol,
        how,
        name,
        open,
        status,
        start: async (route: Route, key: Options['key'] = async () => 'ann') => {
          const limiter = limiterOf({ limit: 2 })
          const server = await serveOver(protocol, await createListener({ limiter, key, refund }, route, protocol))
          onTestFinished(server.stop)
          return { ...server, left: async () => ((await limiter.peek('ann')) as { remaining: number }).remaining }
        },
      })),
    ),
)

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

describe.each(cases)(
  '$framework over $protocol, refund: $name; a client that $how',
  ({ framework, open, start, status, how }) => {
    const connect = (port: number) => {
      const client = open(port)
      onTestFinished(client.stop)
      return client
    }

    it('before the handler gets nothing back', async () => {
      const asked = moment()
      const gone = moment()
      const server = await start(
        async () => ({ status, body: 'ok' }),
        async () => {
          asked.resolve()
          await gone.promise
          return 'ann'
        },
      )
      const client = connect(server.port)
      await asked.promise
      client.leave()
      await server.closed
      gone.resolve()
      await expect.poll(server.left).toBe(1)
      await someTurns()
      expect(await server.left()).toBe(1)
    })

    it('during the handler gets nothing back', async () => {
      const reached = moment()
      const answered = moment()
      const server = await start(async () => {
        reached.resolve()
        await server.closed
        answered.resolve()
        return { status, body: 'ok' }
      })
      const client = connect(server.port)
      await reached.promise
      client.leave()
      await answered.promise
      await someTurns()
      expect(await server.left()).toBe(1)
    })

    // Node does not end a stream that still has to be sent when it is reset without an error: there is nothing to see.
    const isSeenWhileSending = !how.includes('NO_ERROR')
    if (isSeenWhileSending) {
      it('while the answer is sent gets nothing back, where the framework sees it', async () => {
        const reached = moment()
        const server = await start(async () => {
          reached.resolve()
          return { status, body: MANY_BYTES }
        })
        const client = connect(server.port)
        await reached.promise
        await someTurns()
        client.leave()
        await server.closed
        await someTurns()
        expect(await server.left()).toBe(SEE_SENDING.includes(framework) ? 1 : 2)
      })
    }

    it('after the answer gets its unit back', async () => {
      const server = await start(async () => ({ status, body: 'ok' }))
      const client = connect(server.port)
      await client.read()
      client.leave()
      await expect.poll(server.left).toBe(2)
    })
  },
)
