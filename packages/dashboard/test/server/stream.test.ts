import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ProcessLimits } from '../../src/server/process-limits.ts'
import { Streams } from '../../src/server/stream/streams.ts'
import { limiterOf, opened } from './support.ts'

const MINUTE_MS = 60_000

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 15, 12, 0, 0, 300) })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The bytes written to a stream, with a client that reads or does not. */
class FakeSink {
  readonly written: string[] = []
  reads = true
  state: 'open' | 'ended' | 'dropped' = 'open'

  write(text: string): void {
    this.written.push(text)
  }

  get unsent(): number {
    return this.reads ? 0 : this.written.join('').length
  }

  end(): void {
    this.state = 'ended'
  }

  drop(): void {
    this.state = 'dropped'
  }
}

function streamsOf(snapshot: (nth: number) => string = (nth) => `snapshot ${nth};`) {
  let made = 0
  const streams = new Streams({ greeting: () => ['hello;'], snapshot: () => snapshot(++made) })
  return { streams, made: () => made }
}

describe('streams', () => {
  test('share one snapshot a second', async () => {
    const { streams, made } = streamsOf()
    const sinks = [new FakeSink(), new FakeSink(), new FakeSink()]
    for (const sink of sinks) streams.open(sink, () => {})
    await vi.advanceTimersByTimeAsync(3000)
    expect(made()).toBe(4)
    for (const { written } of sinks) {
      expect(written).toEqual(['hello;snapshot 1;', 'snapshot 2;', 'snapshot 3;', 'snapshot 4;'])
    }
    streams.close()
  })

  test('make no snapshot and have no timer while none is open', async () => {
    const { streams, made } = streamsOf()
    expect(vi.getTimerCount()).toBe(0)
    const leave = streams.open(new FakeSink(), () => {})
    expect(vi.getTimerCount()).toBe(1)
    leave()
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(5000)
    expect(made()).toBe(1)
  })

  test('drop a reader that does not read, and keep the others', async () => {
    const { streams } = streamsOf(() => 'x'.repeat(8000))
    const [slow, quick] = [new FakeSink(), new FakeSink()]
    let released = 0
    slow.reads = false
    streams.open(slow, () => released++)
    streams.open(quick, () => {})
    await vi.advanceTimersByTimeAsync(4000)
    expect([slow.state, released]).toEqual(['open', 0])
    await vi.advanceTimersByTimeAsync(3000)
    expect([slow.state, quick.state, released]).toEqual(['dropped', 'open', 1])
    expect(slow.written.join('').length).toBeLessThan(50_000)
    streams.close()
  })

  test('are patient with a reader that has a long greeting to read', async () => {
    const streams = new Streams({ greeting: () => ['x'.repeat(100_000)], snapshot: () => 'x' })
    const sink = new FakeSink()
    sink.reads = false
    streams.open(sink, () => {})
    await vi.advanceTimersByTimeAsync(10_000)
    expect(sink.state).toBe('open')
    streams.close()
  })

  test('end when they are closed, and give their places back once', () => {
    const { streams } = streamsOf()
    const sink = new FakeSink()
    let released = 0
    const leave = streams.open(sink, () => released++)
    streams.close()
    leave()
    expect([sink.state, released]).toEqual(['ended', 1])
  })
})

describe('a stream of a dashboard', () => {
  test('ends after 15 minutes, so that its reader must be permitted anew', async () => {
    let isPermitted = true
    const asked: string[] = []
    const { stream, get } = opened({
      authorize: (_, action) => {
        asked.push(action)
        return isPermitted
      },
    })
    const reader = await stream()
    let isOpen = true
    const toTheEnd = async () => {
      while (isOpen) isOpen = (await reader.next('snapshot')) !== undefined
    }
    const ended = toTheEnd()
    isPermitted = false
    await vi.advanceTimersByTimeAsync(14 * MINUTE_MS)
    expect(isOpen).toBe(true)
    await vi.advanceTimersByTimeAsync(MINUTE_MS + 1000)
    await ended
    expect((await get('stream')).status).toBe(403)
    expect(asked).toEqual(['view', 'view'])
  })

  test('begins with each limiter and what was counted before', async () => {
    const limiter = limiterOf()
    const { stream } = opened({ limiters: [limiter, limiterOf({ name: 'other' })] })
    for (let call = 0; call < 7; call++) await limiter.limit('bob')
    await vi.advanceTimersByTimeAsync(2000)
    await limiter.limit('ann')
    await vi.advanceTimersByTimeAsync(1000)
    const reader = await stream()
    const first = await reader.next('limiter')
    expect(first).toMatchObject({
      name: 'api',
      store: 'memory',
      windows: [{ limit: 5, length: '1d', anchor: 'first-hit' }],
    })
    const { past } = first ?? {}
    expect(past?.admitted.slice(-3)).toEqual([5, 0, 1])
    expect(past?.denied.slice(-3)).toEqual([2, 0, 0])
    expect(past?.admitted).toHaveLength(300)
    expect(await reader.next('limiter')).toMatchObject({ name: 'other', store: 'memory 2' })
    expect(await reader.next('snapshot')).toMatchObject({ second: past?.until, deniedMost: 'off' })
  })

  test('is at most one of twenty in a process, whatever dashboards they are of', async () => {
    const limits = new ProcessLimits()
    const [one, two] = [opened({}, limits), opened({}, limits)]
    const readers = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).stream()))
    expect(readers.map(({ response }) => response.status)).toEqual(Array(20).fill(200))
    const refused = await one.get('stream')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { code: 'unavailable' } })
    await readers[3]?.leave()
    const next = await one.stream()
    expect(next.response.status).toBe(200)
    expect((await two.get('stream')).status).toBe(503)
    two.page.close()
    expect((await one.get('stream')).status).toBe(200)
  })

  test('takes no place of the twenty if it is not permitted', async () => {
    const limits = new ProcessLimits()
    const closed = opened({ authorize: () => false }, limits)
    for (let nth = 0; nth < 30; nth++) await closed.get('stream')
    expect((await opened({}, limits).get('stream')).status).toBe(200)
  })

  test('has snapshots of at most 8 kB, and says what was left out', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `${'ü'.repeat(50)}${i}`)
    const limiters = names.map((name) => limiterOf({ name }))
    const { stream } = opened({ limiters })
    for (const nth of [250, 7]) await limiters[nth]?.limit('bob')
    await vi.advanceTimersByTimeAsync(1000)
    const reader = await stream()
    const snapshot = await reader.next('snapshot')
    for (const event of reader.raw) expect(Buffer.byteLength(event)).toBeLessThanOrEqual(8000)
    const shown = snapshot?.limiters.map(({ name }) => name) ?? []
    expect(shown).toEqual(expect.arrayContaining([names[7], names[250]]))
    expect(shown.indexOf(names[7] ?? '')).toBeLessThan(shown.indexOf(names[250] ?? ''))
    expect(shown.length).toBeGreaterThan(2)
    expect(snapshot?.left.limiters).toBe(300 - shown.length)
    expect(snapshot?.left.stores).toBe(300 - (snapshot?.stores.length ?? 0))
  })

  test('tells as much of the past as fits into 8 kB', async () => {
    const windows = Array.from({ length: 150 }, (_, i) => ({ limit: 5, window: 1000 + i }))
    const reader = await opened({ limiters: [limiterOf({ windows })] }).stream()
    const { past } = (await reader.next('limiter')) ?? {}
    expect(Buffer.byteLength(reader.raw[0] ?? '')).toBeLessThanOrEqual(8000)
    expect(past?.admitted.length).toBeLessThan(300)
    expect(past?.denied).toHaveLength(past?.admitted.length ?? 0)
  })

  test('never names an identifier', async () => {
    const limiter = limiterOf()
    const { stream, post } = opened({ limiters: [limiter], deniedMost: 'plain' })
    const reader = await stream()
    for (let call = 0; call < 9; call++) await limiter.limit('secret_bob')
    await post('lookup', { limiter: 'api', id: 'secret_bob' })
    await vi.advanceTimersByTimeAsync(2000)
    for (let nth = 0; nth < 3; nth++) await reader.next('snapshot')
    expect(reader.raw.join('')).toContain('"denied":4')
    expect(reader.raw.join('')).not.toContain('bob')
  })
})
