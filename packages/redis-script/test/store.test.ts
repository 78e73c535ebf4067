import { type CounterStore, OptionError, type Reply, StoreError, type Take, type TakeReply } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { REDIS_SCRIPT, type RedisStoreOptions, type ScriptClient, ScriptStore, UPSTASH_SCRIPT } from '../src/index.ts'
import { adjustOf, clearOf, keyOf, takeOf, window } from './support.ts'

const ONE = [window(10)]

interface Sent {
  readonly command: string
  readonly script: string
  readonly keys: string[]
  readonly args: string[]
}

/** A client that answers by a function; what was sent is written down. */
function storeOf(
  answer: (sent: Sent) => unknown,
  {
    options,
    cluster = false,
    script = REDIS_SCRIPT,
    tagOf,
  }: {
    options?: RedisStoreOptions | undefined
    cluster?: boolean
    script?: typeof REDIS_SCRIPT
    tagOf?: (key: string) => string
  } = {},
) {
  const sent: Sent[] = []
  const send = (command: string) => async (code: string, keys: string[], args: string[]) => {
    const one = { command, script: code, keys, args }
    sent.push(one)
    return answer(one)
  }
  const client: ScriptClient = {
    evalsha: send('evalsha'),
    eval: send('eval'),
    lastError: () => new Error('READONLY last'),
  }
  const capabilities = { parallelism: 3, label: 'mine' }
  const store: CounterStore = new ScriptStore(client, { script, cluster, options, capabilities, tagOf })
  return { store, sent }
}

/** The n-th take of a command sees n units used. */
const admit = ({ keys, args }: Sent) => {
  const takes = args.map((text) => Number(/^[tvs](\d+) /.exec(text)?.[1] ?? 0)).reduce((sum, count) => sum + count)
  return `r1768480230:0${Array.from({ length: takes || keys.length }, (_, i) => ` ${i + 1}`).join('')}`
}
const noScript = () => new Error('NOSCRIPT No matching script. Please use EVAL.')

function keysOf(sent: readonly Sent[]): string[][] {
  return sent.map(({ keys }) => keys.map((key) => key.replace(/^.*\{s:(.*)\}.*$/, '$1')))
}

describe('the prefix', () => {
  test.each([
    [undefined, 'rl:1:{s:a}'],
    [{}, 'rl:1:{s:a}'],
    [{ prefix: undefined }, 'rl:1:{s:a}'],
    [{ prefix: '' }, '1:{s:a}'],
    [{ prefix: 'my app/é ' }, 'my app/é 1:{s:a}'],
  ])('%j makes the key %s', async (options, key) => {
    const { store, sent } = storeOf(admit, { options })
    await store.apply([takeOf('a', ONE)])
    expect(sent[0]?.keys).toEqual([key])
  })

  test.each<[unknown, string]>([
    ['a{b', '"a{b"'],
    ['a}b', '"a}b"'],
    ['{}', '"{}"'],
    [5, '5'],
    [null, 'null'],
    ['\ud800', '"\\ud800"'],
  ])('%j is refused', (prefix, shown) => {
    try {
      storeOf(admit, { options: { prefix } as RedisStoreOptions })
    } catch (error) {
      expect(error).toBeInstanceOf(OptionError)
      expect(error).toMatchObject({ option: 'prefix' })
      expect((error as Error).message.endsWith(`received ${shown}`)).toBe(true)
      return
    }
    throw new Error('did not throw')
  })

  test('an unknown option is named', () => {
    expect(() => storeOf(admit, { options: { prefixes: 'x' } as RedisStoreOptions })).toThrow(
      'options must be made of prefix (did you mean prefix?), received the unknown option "prefixes"',
    )
  })
})

describe('EVALSHA, and EVAL on NOSCRIPT only', () => {
  test.each([REDIS_SCRIPT, UPSTASH_SCRIPT])('the SHA first, then the text', async (script) => {
    const { store, sent } = storeOf(
      (one) => {
        if (one.command === 'evalsha') throw noScript()
        return admit(one)
      },
      { script },
    )
    expect(await store.apply([takeOf('a', ONE)])).toMatchObject([{ timesTaken: 1 }])
    expect(sent.map(({ command, script: code }) => [command, code])).toEqual([
      ['evalsha', script.sha],
      ['eval', script.text],
    ])
    expect(sent[1]).toMatchObject({ keys: sent[0]?.keys, args: sent[0]?.args })
  })

  test.each(['socket closed', 'OOM command not allowed', 'READONLY replica', 'ERR x'])(
    '%s is no reason to send it again',
    async (message) => {
      const { store, sent } = storeOf(() => {
        throw new Error(message)
      })
      await expect(store.apply([takeOf('a', ONE)])).rejects.toBeInstanceOf(StoreError)
      await expect(store.apply([adjustOf('a', window(1), 1), clearOf('a', window(1))])).rejects.toBeInstanceOf(
        StoreError,
      )
      expect(sent.map(({ command }) => command)).toEqual(['evalsha', 'evalsha'])
    },
  )

  test('a failing EVAL is a failure as well, with its own outcome', async () => {
    for (const [message, outcome] of [
      ['socket closed', 'unknown'],
      ['NOSCRIPT again', 'not-executed'],
    ] as const) {
      const { store, sent } = storeOf(({ command }) => {
        throw command === 'eval' ? new Error(message) : noScript()
      })
      await expect(store.apply([takeOf('a', ONE)])).rejects.toMatchObject({ name: 'StoreError', outcome })
      expect(sent).toHaveLength(2)
    }
  })
})

describe('a list of more than 512 counters', () => {
  const takes = Array.from({ length: 1100 }, (_, i) => takeOf(`u${i}`, ONE))

  test('goes as several commands, one after the other, in order', async () => {
    let running = 0
    const { store, sent } = storeOf(async (one) => {
      expect(++running).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return admit(one)
    })
    expect(await store.apply(takes)).toHaveLength(1100)
    expect(sent.map(({ keys }) => keys.length)).toEqual([512, 512, 76])
    expect(keysOf(sent).flat()).toEqual(takes.map(({ id }) => id))
  })

  test('of which a later command fails keeps the answers of those before', async () => {
    let count = 0
    const { store } = storeOf((one) => {
      if (++count === 2) throw new Error('socket closed')
      return admit(one)
    })
    const replies = await store.apply(takes)
    expect(replies).toHaveLength(1100)
    expect(replies.slice(0, 512).every((reply) => (reply as TakeReply).timesTaken === 1)).toBe(true)
    expect(replies.slice(512).every((reply) => reply instanceof StoreError && reply.outcome === 'unknown')).toBe(true)
  })

  test('of which the first command fails rejects, for nothing was taken', async () => {
    const { store, sent } = storeOf(() => {
      throw new Error('LOADING Redis is loading the dataset in memory')
    })
    await expect(store.apply(takes)).rejects.toMatchObject({ outcome: 'not-executed' })
    expect(sent).toHaveLength(1)
  })
})

describe('in a Cluster', () => {
  const list: Take[] = ['a', 'b', 'a', 'c', 'b', 'a'].map((id, i) => takeOf(id, ONE, i))
  const used = (reply: Reply | Error) => (reply as TakeReply).windows[0]?.used

  test('each identifier has its own command, and answers come back in their places', async () => {
    const { store, sent } = storeOf(admit, { cluster: true })
    const replies = await store.apply(list)
    expect(keysOf(sent)).toEqual([['a'], ['b'], ['c']])
    expect(replies.map(used)).toEqual([1, 1, 2, 1, 2, 3])
  })

  test('identifiers with one hash tag share a command', async () => {
    const { store, sent } = storeOf(admit, { cluster: true, tagOf: (key) => (key === 's:c' ? '2' : '1') })
    const replies = await store.apply(list)
    expect(sent.map(({ keys }) => keys)).toEqual([
      ['a', 'b', 'a', 'b', 'a'].map((id) => `rl:1:{1}s:${id}`),
      ['rl:1:{2}s:c'],
    ])
    expect(replies.map(used)).toEqual([1, 2, 3, 1, 4, 5])
  })

  test('a node that fails fails its own identifiers alone', async () => {
    const { store } = storeOf(
      (one) => {
        if (one.keys[0] === keyOf('b')) throw new Error('CLUSTERDOWN The cluster is down')
        return admit(one)
      },
      { cluster: true },
    )
    const replies = await store.apply(list)
    expect(replies.map((reply) => reply instanceof Error)).toEqual([false, true, false, false, true, false])
    expect(replies[1]).toMatchObject({ name: 'StoreError', outcome: 'not-executed', transient: true })
  })
})

describe('what the adapter says', () => {
  test('are the capabilities', () => {
    expect(storeOf(admit).store.capabilities).toEqual({ parallelism: 3, label: 'mine' })
  })

  test('the last error of the connection explains a failure without a reason', async () => {
    const { store } = storeOf(() => {
      throw new Error('Connection is closed.')
    })
    await expect(store.apply([takeOf('a', ONE)])).rejects.toMatchObject({
      outcome: 'unknown',
      message: 'Redis did not answer (READONLY)',
    })
  })

  test('no operations send nothing', async () => {
    const { store, sent } = storeOf(admit)
    expect(await store.apply([])).toEqual([])
    expect(sent).toEqual([])
  })
})
