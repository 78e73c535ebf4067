import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeStore } from '../support/fake-store.ts'
import { everythingIn, rejection, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  store = new FakeStore()
})
afterEach(() => {
  vi.useRealTimers()
})

const hung = () => {
  store.fate = 'hang'
  return store
}

describe('a store that never settles', () => {
  test.each([
    ['limit', 1000, undefined],
    ['isAllowed', 1000, undefined],
    ['peek', 1000, undefined],
    ['reset', 1000, undefined],
    ['limit', 50, 50],
    ['reset', 50, 50],
    ['limit', 2 ** 31 - 1, 2 ** 31 - 1],
  ] as const)('%s rejects after %d ms, not before', async (method, ms, deadlineMs) => {
    const answer = watch(limiterOn(hung(), { deadlineMs })[method]('secret'))
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(answer.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    const message = `the store did not answer within ${ms} ms`
    expect(answer).toMatchObject({ state: 'rejected', value: { name: 'StoreError', outcome: 'unknown', message } })
    expect(everythingIn(answer.value)).not.toContain('secret')
  })

  test('a refund rejects as well, and can’t be repeated, for it may have run', async () => {
    const limiter = limiterOn(store)
    const decision = await limiter.limit('a')
    hung()
    const answer = watch(limiter.refund(decision))
    await vi.advanceTimersByTimeAsync(999)
    expect(answer.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    expect(await limiter.refund(decision)).toBe(false)
  })

  test('all calls of the command reject, and one that never left the process is known not to have run', async () => {
    const limiter = limiterOn(hung(), { breaker: false })
    // As many as there may be under way.
    const ids = Array.from({ length: 16 * 256 }, (_, i) => String(i))
    const sent = ids.map((id) => watch(limiter.limit(id)))
    for (let turn = 0; turn < 16; turn++) await vi.advanceTimersByTimeAsync(0)
    expect(store.commands).toHaveLength(16)
    const waiting = [watch(limiter.limit('a')), watch(limiter.limit('c'))]
    await vi.advanceTimersByTimeAsync(1000)
    const outcomes = (calls: typeof sent) => new Set(calls.map(({ value }) => (value as { outcome?: string }).outcome))
    expect(outcomes(sent)).toEqual(new Set(['unknown']))
    expect(outcomes(waiting)).toEqual(new Set(['not-executed']))
    expect(store.operations.map(({ id }) => id)).toEqual(ids)
  })

  test('costs those behind it a quarter of the deadline at most before they are sent as well', async () => {
    store.fate = () => (store.commands.length === 1 ? 'hang' : 'answer')
    const limiter = limiterOn(store)
    const lost = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(100)
    const behind = watch(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(124)
    expect(behind.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(126)
    expect(behind).toMatchObject({ state: 'resolved', value: { allowed: true } })
    expect(lost.state).toBe('pending')
  })

  test('is given up by those alone whose own deadline has passed', async () => {
    store.isHolding = true
    const limiter = limiterOn(store, { breaker: false })
    const lost = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(10)
    const behind = [watch(limiter.limit('b'))]
    await vi.advanceTimersByTimeAsync(90)
    behind.push(watch(limiter.limit('c')))
    await vi.advanceTimersByTimeAsync(910) // b and c were sent together meanwhile
    expect(store.sent).toEqual([['a 1x1'], ['b 1x1', 'c 1x1']])
    expect([lost, ...behind].map(({ state }) => state)).toEqual(['rejected', 'rejected', 'pending'])
    store.release(2)
    await turns()
    expect(behind[1]).toMatchObject({ state: 'resolved', value: { allowed: true } })
  })

  test('does not keep later calls from a store that is back', async () => {
    store.fate = () => (store.commands.length === 1 ? 'hang' : 'answer')
    const limiter = limiterOn(store)
    const lost = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(lost.state).toBe('rejected')
    expect(await limiter.limit('a')).toMatchObject({ allowed: true })
  })
})

test('calls of limiters with other deadlines share a command, and each keeps its own', async () => {
  const [hasty, patient] = [
    limiterOn(hung(), { name: 'hasty', deadlineMs: 100, breaker: false }),
    limiterOn(store, { name: 'patient', deadlineMs: 3000 }),
  ]
  const first = watch(hasty.limit('a'))
  const second = watch(patient.limit('a'))
  await turns()
  expect(store.commands).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(99)
  expect(first.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(first).toMatchObject({ state: 'rejected', value: { message: 'the store did not answer within 100 ms' } })
  await vi.advanceTimersByTimeAsync(2899)
  expect(second.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(second).toMatchObject({ state: 'rejected', value: { message: 'the store did not answer within 3000 ms' } })
})

test('a limiter with a short deadline is not held up by the timer of one with a long deadline', async () => {
  const patient = limiterOn(hung(), { name: 'patient', deadlineMs: 60_000, breaker: false })
  watch(patient.limit('a'))
  await vi.advanceTimersByTimeAsync(10)
  const hasty = watch(limiterOn(store, { name: 'hasty', deadlineMs: 80 }).limit('a'))
  await vi.advanceTimersByTimeAsync(80)
  expect(hasty.state).toBe('rejected')
})

test('a call that could not be sent yet fails by its own deadline, though commands under way have longer ones', async () => {
  const patient = limiterOn(hung(), { name: 'patient', deadlineMs: 60_000, breaker: false })
  for (let i = 0; i < 16 * 256; i++) watch(patient.limit(`${i}`))
  for (let turn = 0; turn < 16; turn++) await vi.advanceTimersByTimeAsync(0)
  expect(store.commands).toHaveLength(16)
  const hasty = watch(limiterOn(store, { name: 'hasty', deadlineMs: 100 }).limit('a'))
  await vi.advanceTimersByTimeAsync(99)
  expect(hasty.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(hasty).toMatchObject({ state: 'rejected', value: { outcome: 'not-executed' } })
})

test('an answer that arrived while the whole process stood still is in time', async () => {
  vi.useRealTimers()
  store.isHolding = true
  const answer = watch(limiterOn(store, { deadlineMs: 500 }).limit('a'))
  await turns(1)
  const until = performance.now() + 600
  while (performance.now() < until);
  setImmediate(() => store.release()) // timers run before sockets are read
  await turns()
  expect(answer).toMatchObject({ state: 'resolved', value: { allowed: true } })
})

describe('an answer that comes too late', () => {
  test.each(['answer', 'lose'] as const)('changes nothing, whether the store does %s', async (fate) => {
    store.isHolding = true
    store.fate = fate
    const limiter = limiterOn(store)
    const answer = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    const next = watch(limiter.limit('b'))
    const { value } = answer
    await turns()
    store.release()
    await turns()
    expect(answer).toEqual({ state: 'rejected', value })
    expect(next.state).toBe('pending')
    store.release()
    await turns()
    expect(next.state).toBe(fate === 'answer' ? 'resolved' : 'rejected')
  })

  test('does not ask the fallback store once more', async () => {
    store.isHolding = true
    store.fate = 'lose'
    const fallback = new FakeStore()
    const answer = watch(limiterOn(store, { onStoreError: fallback }).limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    store.release()
    await vi.advanceTimersByTimeAsync(1000)
    expect(answer).toMatchObject({ state: 'resolved', value: { source: 'fallback' } })
    expect(fallback.sent).toEqual([['a 1x1']])
  })
})

test('a store that is slow, yet not too slow, answers every call, whenever it comes', async () => {
  const apply = store.apply.bind(store)
  store.apply = async (operations) => {
    const replies = apply(operations)
    await new Promise((resolve) => setTimeout(resolve, 700))
    return replies
  }
  const limiter = limiterOn(store)
  const answers: ReturnType<typeof watch>[] = []
  for (let i = 0; i < 300; i++) {
    answers.push(watch(limiter.limit(`user_${i}`)))
    await vi.advanceTimersByTimeAsync(10)
  }
  await vi.advanceTimersByTimeAsync(1000)
  expect(answers.filter(({ state }) => state !== 'resolved')).toEqual([])
  // Those of an eighth of the deadline share a command.
  expect(store.commands.length).toBeLessThan(300 / 10)
})

test('a call that aborts has no deadline left, and one that is refused at once has none', async () => {
  hung()
  const limiter = limiterOn(store)
  const controller = new AbortController()
  const gone = rejection(limiter.limit('a', { signal: controller.signal }))
  controller.abort('left')
  expect(await gone).toBe('left')
  await vi.advanceTimersByTimeAsync(5000)
  expect(store.commands).toEqual([])
})
