import { type CounterStore, OptionError, StoreError, type Take, type TakeReply } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { REDIS_SCRIPT, type RedisStoreOptions, type ScriptClient, ScriptStore, UPSTASH_SCRIPT } from '../src/index.ts'
import { takeOf, window } from './support.ts'

const NOW = 1_768_480_230_000
const ONE = [window(10)]

interface Sent {
  readonly command: string
  readonly script: string
  readonly keys: string[]
}

/** A client that answers by a function; what was sent is written down. */
function storeOf(
  answer: (sent: Sent) => unknown,
  {
    options,
    cluster = false,
    script = REDIS_SCRIPT,
  }: {
    options?: RedisStoreOptions | undefined
    cluster?: boolean
    script?: typeof REDIS_SCRIPT
  } = {},
) {
  const sent: Sent[] = []
  const send = (command: string) => async (code: string, keys: string[]) => {
    const one = { command, script: code, keys }
    sent.push(one)
    return answer(one)
  }
  const client: ScriptClient = { evalsha: send('evalsha'), eval: send('eval'), del: (keys) => send('del')('', keys) }
  const store: CounterStore = new ScriptStore(client, { script, parallelism: 1, cluster, options })
  return { store, sent }
}

const admit = ({ keys }: Sent) => [NOW, ...keys.flatMap(() => [1, 1])]
const noScript = () => new Error('NOSCRIPT No matching script. Please use EVAL.')

function keysOf(sent: readonly Sent[]): string[][] {
  return sent.map(({ keys }) => keys.map((key) => key.replace(/^.*\{(.*)\}.*$/, '$1')))
}

describe('the prefix', () => {
  test.each([
    [undefined, 'rl:{a}:e1099511627776'],
    [{}, 'rl:{a}:e1099511627776'],
    [{ prefix: undefined }, 'rl:{a}:e1099511627776'],
    [{ prefix: '' }, '{a}:e1099511627776'],
    [{ prefix: 'my app/é ' }, 'my app/é {a}:e1099511627776'],
  ])('%j makes the key %s', async (options, key) => {
    const { store, sent } = storeOf(admit, { options })
    await store.take([takeOf('a', ONE)])
    expect(sent[0]?.keys).toEqual([key])
  })

  test.each<[unknown, string]>([
    ['a{b', '"a{b"'],
    ['a}b', '"a}b"'],
    ['{}', '"{}"'],
    [5, 'number'],
    [null, 'object'],
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
      'options must be made of prefix, received the unknown "prefixes"',
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
    expect(await store.take([takeOf('a', ONE)])).toMatchObject([{ taken: 1 }])
    expect(sent.map(({ command, script: code }) => [command, code])).toEqual([
      ['evalsha', script.sha],
      ['eval', script.text],
    ])
    expect(sent[1]?.keys).toEqual(sent[0]?.keys)
  })

  test.each(['socket closed', 'OOM command not allowed', 'READONLY replica', 'ERR x'])(
    '%s is no reason to send it again',
    async (message) => {
      const { store, sent } = storeOf(() => {
        throw new Error(message)
      })
      await expect(store.take([takeOf('a', ONE)])).rejects.toBeInstanceOf(StoreError)
      const refund = store.refund({ key: 'a', windows: [{ ...window(1), resetAt: 5 }], cost: 1 })
      await expect(refund).rejects.toBeInstanceOf(StoreError)
      await expect(store.clear({ key: 'a', windows: ONE })).rejects.toBeInstanceOf(StoreError)
      expect(sent.map(({ command }) => command)).toEqual(['evalsha', 'evalsha', 'del'])
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
      await expect(store.take([takeOf('a', ONE)])).rejects.toMatchObject({ name: 'StoreError', outcome })
      expect(sent).toHaveLength(2)
    }
  })
})

describe('a list of more than 512 keys', () => {
  const takes = Array.from({ length: 1100 }, (_, i) => takeOf(`u${i}`, ONE))

  test('goes as several commands, one after the other, in order', async () => {
    let running = 0
    const { store, sent } = storeOf(async (one) => {
      expect(++running).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return admit(one)
    })
    expect(await store.take(takes)).toHaveLength(1100)
    expect(sent.map(({ keys }) => keys.length)).toEqual([512, 512, 76])
    expect(keysOf(sent).flat()).toEqual(takes.map(({ key }) => key))
  })

  test('of which a later command fails keeps the answers of those before', async () => {
    let count = 0
    const { store } = storeOf((one) => {
      if (++count === 2) throw new Error('socket closed')
      return admit(one)
    })
    const replies = await store.take(takes)
    expect(replies).toHaveLength(1100)
    expect(replies.slice(0, 512).every((reply) => (reply as TakeReply).taken === 1)).toBe(true)
    expect(replies.slice(512).every((reply) => reply instanceof StoreError && reply.outcome === 'unknown')).toBe(true)
  })

  test('of which the first command fails rejects, for nothing was taken', async () => {
    const { store, sent } = storeOf(() => {
      throw new Error('LOADING Redis is loading the dataset in memory')
    })
    await expect(store.take(takes)).rejects.toMatchObject({ outcome: 'not-executed' })
    expect(sent).toHaveLength(1)
  })
})

describe('in a Cluster', () => {
  const list: Take[] = ['a', 'b', 'a', 'c', 'b', 'a'].map((key, i) => takeOf(key, ONE, i))

  test('each identifier has a command of its own, and answers come back in their places', async () => {
    const { store, sent } = storeOf(({ keys }) => [NOW, ...keys.flatMap((_, i) => [1, i + 1])], { cluster: true })
    const replies = await store.take(list)
    expect(keysOf(sent)).toEqual([['a', 'a', 'a'], ['b', 'b'], ['c']])
    expect(replies.map((reply) => (reply as TakeReply).windows[0]?.used)).toEqual([1, 1, 2, 1, 2, 3])
  })

  test('a node that fails fails its own identifiers alone', async () => {
    const { store } = storeOf(
      (one) => {
        if (one.keys[0]?.includes('{b}')) throw new Error('CLUSTERDOWN The cluster is down')
        return admit(one)
      },
      { cluster: true },
    )
    const replies = await store.take(list)
    expect(replies.map((reply) => reply instanceof Error)).toEqual([false, true, false, false, true, false])
    expect(replies[1]).toMatchObject({ name: 'StoreError', outcome: 'not-executed' })
  })
})
