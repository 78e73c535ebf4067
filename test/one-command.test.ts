import { counterKey } from '@rl/core/keys'
import { hashTags } from '@rl/redis-script'
import { commandsDuring } from '@rl/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIVE_WINDOWS, limiterOver, ONE_WINDOW, OPEN, type Opened } from './adapters.ts'

const tagOf = hashTags(48)

/** An identifier of the limiter that has the same hash tag in a Cluster as those of others. */
function idOfOneTag(scope: string): string {
  for (let n = 0; ; n++) if (tagOf(counterKey({ scope, id: String(n) })) === tagOf('any')) return String(n)
}

describe.each(Object.entries(OPEN))('one decision is one command and one round trip on %s', (_, open) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    // Every node gets the script, and every client connects to every node.
    const limiter = limiterOver(opened.store, ONE_WINDOW)
    await Promise.all(Array.from({ length: 100 }, (_, i) => limiter.limit(`warm-up ${i}`)))
  })
  afterAll(() => opened?.close())

  /** The names of the commands sent. Over HTTP, each was one request. */
  async function sentBy(run: () => Promise<unknown>): Promise<readonly (string | undefined)[]> {
    const requests = opened.requests?.() ?? 0
    const all = await commandsDuring(opened.servers, run)
    const commands = all.filter(([name = '']) => !opened.upkeep?.includes(name))
    if (opened.requests !== undefined) expect(opened.requests() - requests).toBe(commands.length)
    return commands.map(([name]) => name)
  }

  describe.each([
    ['one window', ONE_WINDOW],
    ['five windows', FIVE_WINDOWS],
  ])('for %s:', (_, windows) => {
    test('an admission, a denial, a read, a refund and a reset', async () => {
      const limiter = limiterOver(opened.store, windows)
      const ask = async (cost: number, allowed: boolean) => {
        const decision = await limiter.limit('id', { cost })
        expect(decision.allowed).toBe(allowed)
        return decision
      }
      expect(await sentBy(() => ask(1, true))).toEqual(['evalsha'])
      const last = await ask(2, true)
      expect(await sentBy(() => ask(1, false))).toEqual(['evalsha'])
      expect(await sentBy(() => limiter.peek('id'))).toEqual(['evalsha'])
      expect(await sentBy(() => limiter.refund(last))).toEqual(['evalsha'])
      expect(await sentBy(() => limiter.reset('id'))).toEqual(['evalsha'])
      expect(await limiter.peek('id')).toMatchObject({ remaining: 3 })
    })

    test('of calls that come one after the other, each', async () => {
      const limiter = limiterOver(opened.store, windows)
      const commands = await sentBy(async () => {
        for (let i = 0; i < 20; i++) await limiter.limit(`id ${i}`)
      })
      expect(commands).toEqual(Array.from({ length: 20 }, () => 'evalsha'))
    })

    test('calls of one identifier in one turn share it', async () => {
      const limiter = limiterOver(opened.store, windows)
      const commands = await sentBy(async () => {
        const answers = await Promise.all(Array.from({ length: 50 }, () => limiter.isAllowed('id')))
        expect(answers.filter(Boolean)).toHaveLength(3)
      })
      expect(commands).toEqual(['evalsha'])
    })
  })

  test('calls of 16 limiters in one turn share it, in a Cluster those of one hash tag', async () => {
    const limiters = Array.from({ length: 16 }, () => limiterOver(opened.store, ONE_WINDOW))
    const commands = await sentBy(() => Promise.all(limiters.map((limiter) => limiter.limit(idOfOneTag(limiter.name)))))
    expect(commands).toEqual(['evalsha'])
  })

  test('takes, refunds, reads and resets in one turn share it', async () => {
    const limiter = limiterOver(opened.store, ONE_WINDOW)
    const decision = await limiter.limit('id')
    const commands = await sentBy(() =>
      Promise.all([limiter.limit('id'), limiter.refund(decision), limiter.peek('id'), limiter.reset('id')]),
    )
    expect(commands).toEqual(['evalsha'])
  })

  test('a server that forgot the script gets it once, by its text', async () => {
    const limiter = limiterOver(opened.store, ONE_WINDOW)
    await Promise.all(opened.servers.map((server) => server.command('SCRIPT', 'FLUSH')))
    expect(await sentBy(() => limiter.limit('id'))).toEqual(['evalsha', 'eval'])
    expect(await sentBy(() => limiter.limit('id'))).toEqual(['evalsha'])
  })
})
