import type { Take } from '@rl/core'
import { describeValue } from '@rl/core/check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type IoredisClient, IoredisStore, type ReplyTimeoutOptions } from '../src/index.ts'

const TAKES: readonly Take[] = [
  {
    kind: 'take',
    scope: 'api',
    id: 'user_123',
    windows: [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }],
    costs: [1],
    times: 1,
  },
]
const REPLY = 'r1768480230:0 1'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A client whose replies come when the test says so. */
function clientWith(options: object, isCluster = false) {
  const replies: ((reply: unknown) => void)[] = []
  const giveUp: ((error: Error) => void)[] = []
  const send = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      replies.push(resolve)
      giveUp.push(reject)
    })
  const connection = () => ({ bytesRead: 0, destroy: vi.fn<(error?: Error) => void>() })
  const client = { isCluster, status: 'ready', options, stream: connection(), evalsha: send, eval: send }
  const answer = (): void => {
    client.stream.bytesRead += 7
    replies.shift()?.(REPLY)
  }
  /** As by ioredis's `commandTimeout`. */
  const timeOut = (): void => giveUp.pop()?.(new Error('Command timed out'))
  const refuse = (): void => {
    client.stream.bytesRead += 7
    giveUp.pop()?.(Object.assign(new Error('ERR no'), { name: 'ReplyError' }))
  }
  return { client, answer, timeOut, refuse, connection }
}

const careful = { maxRetriesPerRequest: 0 }

function storeOver(client: IoredisClient, replyTimeoutMs?: ReplyTimeoutOptions['replyTimeoutMs']): IoredisStore {
  return new IoredisStore(client, { clientRetries: 'allow', replyTimeoutMs })
}

test('a connection that owes a reply is ended', async () => {
  const { client, answer } = clientWith(careful)
  const store = storeOver(client)
  const taken = store.apply(TAKES)
  await vi.advanceTimersByTimeAsync(699)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(700 / 8 + 5)
  expect(client.stream.destroy).toHaveBeenCalledOnce()
  answer()
  await taken
})

test('what comes is a sign of life, and a connection that owes nothing stays', async () => {
  const { client, answer } = clientWith(careful)
  const store = storeOver(client, 100)
  const all = [store.apply(TAKES), store.apply(TAKES), store.apply(TAKES)]
  for (let i = 0; i < 3; i++) {
    await vi.advanceTimersByTimeAsync(90)
    answer()
  }
  await Promise.all(all)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(vi.getTimerCount()).toBe(0)
  const later = store.apply(TAKES)
  await vi.advanceTimersByTimeAsync(90)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(30)
  expect(client.stream.destroy).toHaveBeenCalledOnce()
  answer()
  await later
})

test('a command written right after a reply is watched too, before a check has seen that reply', async () => {
  const { client, answer } = clientWith(careful)
  const store = storeOver(client, 800)
  const taken = store.apply(TAKES)
  await vi.advanceTimersByTimeAsync(10)
  answer()
  await taken
  await vi.advanceTimersByTimeAsync(10)
  const hanging = store.apply(TAKES)
  await vi.advanceTimersByTimeAsync(799)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(800 / 8 + 5)
  expect(client.stream.destroy).toHaveBeenCalledOnce()
  answer()
  await hanging
})

test('and a connection on which both were answered before a check stays', async () => {
  const { client, answer } = clientWith(careful)
  const store = storeOver(client, 800)
  for (let i = 0; i < 2; i++) {
    const taken = store.apply(TAKES)
    await vi.advanceTimersByTimeAsync(10)
    answer()
    await taken
  }
  await vi.advanceTimersByTimeAsync(60_000)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('of commands written one after the other, the one that is not answered is watched on', async () => {
  const { client, answer } = clientWith(careful)
  const store = storeOver(client, 800)
  const answered = store.apply(TAKES)
  const hanging = store.apply(TAKES)
  await vi.advanceTimersByTimeAsync(10)
  answer()
  await answered
  await vi.advanceTimersByTimeAsync(799)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2 * (800 / 8) + 5)
  expect(client.stream.destroy).toHaveBeenCalledOnce()
  answer()
  await hanging
})

test('commands are watched by one timer, also one written after the last of several was answered', async () => {
  const { client, answer } = clientWith(careful)
  const store = storeOver(client, 800)
  const both = [store.apply(TAKES), store.apply(TAKES)]
  answer()
  await vi.advanceTimersByTimeAsync(800 / 8 + 5)
  answer()
  await Promise.all(both)
  const later = store.apply(TAKES)
  expect(vi.getTimerCount()).toBe(1)
  answer()
  await later
  await vi.advanceTimersByTimeAsync(10_000)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('a server that accepts the connection and says nothing is given up too; one that is loading is not', async () => {
  const { client, connection } = clientWith(careful)
  const store = storeOver(client, 100)
  const ask = async (times: number, bytes: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await vi.advanceTimersByTimeAsync(30)
      client.stream.bytesRead += bytes
      void store.apply(TAKES).catch(() => {})
    }
  }
  client.status = 'connect'
  client.stream = connection()
  await ask(10, 7)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await ask(3, 0)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await ask(1, 0)
  expect(client.stream.destroy).toHaveBeenCalledOnce()
})

test.each<[string, object, ReplyTimeoutOptions['replyTimeoutMs'], boolean]>([
  ['would send it again elsewhere', { maxRetriesPerRequest: 20 }, undefined, false],
  ['shows no options', {}, undefined, false],
  ['has its own time limit', { ...careful, socketTimeout: 5000 }, undefined, false],
  ['is to be left alone', careful, false, false],
  ['is to be ended all the same', { maxRetriesPerRequest: 20 }, 700, true],
])('the connection of a client that %s', async (_, options, replyTimeoutMs, ended) => {
  const { client, answer } = clientWith(options)
  const taken = storeOver(client, replyTimeoutMs).apply(TAKES)
  await vi.advanceTimersByTimeAsync(5000)
  expect(client.stream.destroy.mock.calls.length > 0).toBe(ended)
  answer()
  await taken
})

test('a command that the client gave up is no reply: its connection is ended all the same', async () => {
  const { client, timeOut } = clientWith(careful)
  const store = storeOver(client, 100)
  for (let i = 0; i < 3; i++) {
    const taken = store.apply(TAKES).catch(() => {})
    await vi.advanceTimersByTimeAsync(30)
    timeOut()
    await taken
  }
  expect(client.stream.destroy).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(30)
  expect(client.stream.destroy).toHaveBeenCalledOnce()
})

/** Two commands: the first is answered, and the second ends as given 200 ms later. */
async function endSecond(end: 'timeOut' | 'refuse') {
  const { client, answer, ...others } = clientWith(careful)
  const store = storeOver(client, 800)
  const both = [store.apply(TAKES), store.apply(TAKES).catch(() => {})]
  await vi.advanceTimersByTimeAsync(10)
  answer()
  await vi.advanceTimersByTimeAsync(200)
  others[end]()
  await Promise.all(both)
  return client
}

test.each([0, 7])('also one behind a command that was answered, and %i bytes come after that', async (bytes) => {
  const client = await endSecond('timeOut')
  client.stream.bytesRead += bytes
  await vi.advanceTimersByTimeAsync(10_000)
  expect(client.stream.destroy).toHaveBeenCalledTimes(bytes === 0 ? 1 : 0)
  expect(vi.getTimerCount()).toBe(0)
})

test('an error from the server is a reply', async () => {
  const client = await endSecond('refuse')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(client.stream.destroy).not.toHaveBeenCalled()
})

test('a reply that came after the client gave it up is one', async () => {
  const { client, timeOut } = clientWith(careful)
  const taken = storeOver(client, 100)
    .apply(TAKES)
    .catch(() => {})
  await vi.advanceTimersByTimeAsync(30)
  timeOut()
  await taken
  client.stream.bytesRead += 7
  await vi.advanceTimersByTimeAsync(10_000)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('a new connection owes nothing that was lost with the former one', async () => {
  const { client, connection, answer } = clientWith({ ...careful, autoResendUnfulfilledCommands: false })
  const store = storeOver(client, 100)
  const lost = vi.fn<() => void>()
  void store.apply(TAKES).then(lost, lost)
  await vi.advanceTimersByTimeAsync(60)
  const second = connection()
  client.stream = second
  await vi.advanceTimersByTimeAsync(10_000)
  expect(second.destroy).not.toHaveBeenCalled()
  expect(lost).not.toHaveBeenCalled()

  const taken = store.apply(TAKES)
  await vi.advanceTimersByTimeAsync(120)
  expect(second.destroy).toHaveBeenCalledOnce()
  answer()
  answer()
  await taken
})

test('commands that wait for the first connection are not overdue', async () => {
  const { client, answer } = clientWith(careful)
  client.status = 'connecting'
  const taken = storeOver(client, 100).apply(TAKES)
  await vi.advanceTimersByTimeAsync(90)
  client.status = 'ready'
  await vi.advanceTimersByTimeAsync(20)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  answer()
  await taken
})

test('commands that wait for a server that is loading are not overdue', async () => {
  const { client, answer } = clientWith(careful)
  client.status = 'connect'
  const taken = storeOver(client, 100).apply(TAKES)
  client.stream.bytesRead += 7
  await vi.advanceTimersByTimeAsync(10_000)
  expect(client.stream.destroy).not.toHaveBeenCalled()
  answer()
  await taken
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 31, '700' as unknown as number, true as unknown as false])(
  'replyTimeoutMs: %s is refused',
  (replyTimeoutMs) => {
    const { client } = clientWith(careful)
    expect(() => storeOver(client, replyTimeoutMs)).toThrow(
      `replyTimeoutMs must be an integer from 1 to ${2 ** 31 - 1}, or false, received ${describeValue(replyTimeoutMs)}`,
    )
  },
)

test('a Cluster has one connection for each node, so that its own option must do it', () => {
  const { client } = clientWith({}, true)
  expect(() => storeOver(client, 500)).toThrow('replyTimeoutMs must be left out with a Cluster')
  expect(storeOver(client, false)).toBeInstanceOf(IoredisStore)
})

test('a runtime whose sockets do not count what they read gets no time limit', async () => {
  const { client, answer } = clientWith(careful)
  const stream = { destroy: vi.fn<(error?: Error) => void>() }
  const taken = storeOver({ ...client, stream }).apply(TAKES)
  await vi.advanceTimersByTimeAsync(5000)
  expect(stream.destroy).not.toHaveBeenCalled()
  answer()
  await taken
})
