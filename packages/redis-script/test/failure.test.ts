import { StoreError } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { isNoScript, reasonOf, toStoreError } from '../src/failure.ts'

const KEY = 'rl:1:{api:secret-person@example.org}'

/** All that an error would show in a log. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)))
  return [String(error), ...own, JSON.stringify(error), everythingIn(error.cause ?? '')].join('\n')
}

describe('replies that prove that the script did not run', () => {
  test.each([
    'NOSCRIPT No matching script. Please use EVAL.',
    'MOVED 3999 127.0.0.1:6381',
    'ASK 3999 127.0.0.1:6381',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'CLUSTERDOWN The cluster is down',
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    "OOM command not allowed when used memory > 'maxmemory'.",
    'NOREPLICAS Not enough good replicas to write.',
    "NOPERM this user has no permissions to run the 'evalsha' command",
    'NOAUTH Authentication required.',
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
  ])("%s is 'not-executed', from every client", (message) => {
    const code = message.split(' ')[0]
    for (const text of [message, `ReplyError: ${message}`, `${message}, command was: ["evalsha","${KEY}"]`]) {
      const error = toStoreError(new Error(text), false)
      expect(error).toMatchObject({ outcome: 'not-executed', message: `Redis refused: ${code}` })
    }
  })
})

describe('an error that a command met inside the script', () => {
  const inRedis6 = (error: string): string =>
    `ERR Error running script (call to f_0123456789abcdef): @user_script:101: @user_script: 101: ${error}`
  const inRedis7 = (error: string): string => `${error} script: 0123456789abcdef, on @user_script:101.`

  test.each([
    "-OOM command not allowed when used memory > 'maxmemory'.",
    "-READONLY You can't write against a read only replica.",
    '-MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    '-NOREPLICAS Not enough good replicas to write.',
  ])('proves that nothing was written, if it refuses the first write: %s', (error) => {
    const code = /\w+/.exec(error)?.[0]
    for (const text of [inRedis6(error), inRedis7(error.slice(1)), `ReplyError: ${inRedis6(error)}`]) {
      const expected = { outcome: 'not-executed', message: `Redis refused: ${code}` }
      expect(toStoreError(new Error(text), false)).toMatchObject(expected)
    }
  })

  test.each([
    "-NOPERM The user executing the script can't run this command or subcommand",
    '-WRONGTYPE Operation against a key holding the wrong kind of value',
    '-BUSY Redis is busy running a script.',
  ])('proves nothing, if commands before it may have written: %s', (error) => {
    for (const text of [inRedis6(error), inRedis7(error.slice(1))]) {
      expect(toStoreError(new Error(text), false)).toMatchObject({ outcome: 'unknown' })
    }
  })

  test('proves nothing without what Redis puts before it', () => {
    const text = 'ERR @user_script:101: @user_script: 101: -OOM'
    expect(toStoreError(new Error(text), false)).toMatchObject({ outcome: 'unknown' })
  })
})

describe('everything else may have run', () => {
  test.each([
    new Error('Connection is closed.'),
    new Error('read ECONNRESET'),
    new Error('Command timed out'),
    new Error(
      'Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.',
    ),
    new Error('Socket closed unexpectedly'),
    new Error('ERR unknown command'),
    new Error('ERR user_script:5: attempt to perform arithmetic on a nil value'),
    new Error('UNKILLABLE Sorry the script already executed write commands'),
    new Error('BUSYGROUP Consumer Group name already exists'),
    new Error('OOMPH'),
    new Error('the disk has NOSCRIPTS on it'),
    new Error(`fetch failed, command was: ["evalsha"," NOSCRIPT ","READONLY ${KEY}"]`),
    new Error(''),
    new TypeError('fetch failed'),
    'READONLY',
    undefined,
    null,
    { message: 'READONLY' },
  ])("%s is 'unknown'", (thrown) => {
    expect(toStoreError(thrown, false)).toMatchObject({ name: 'StoreError', outcome: 'unknown' })
  })
})

test('a StoreError stays as it is', () => {
  const error = new StoreError('malformed', { outcome: 'unknown' })
  expect(toStoreError(error, false)).toBe(error)
})

describe('no identifier is in the error', () => {
  test('of Upstash, whose message carries the whole command', () => {
    const message = `ERR something, command was: ["evalsha","abc",1,"${KEY}","take"]`
    const error = toStoreError(new Error(message), false)
    expect(everythingIn(error)).not.toContain('secret')
    expect(error.cause).toMatchObject({ message: 'ERR something' })
  })

  test('also where the command is told over several lines', () => {
    const error = toStoreError(new Error(`WRONGPASS nope\n, Command was: ["evalsha",\n"${KEY}"\n]`), false)
    expect(everythingIn(error)).not.toContain('secret')
  })

  test('of ioredis, which hangs the command on the error', () => {
    const error = Object.assign(new Error('ERR something'), { name: 'ReplyError' })
    Object.assign(error, { command: { name: 'evalsha', args: ['abc', '1', KEY] }, previousErrors: [new Error(KEY)] })
    const failure = toStoreError(error, false)
    expect(everythingIn(failure)).not.toContain('secret')
    expect(failure.cause).toMatchObject({ name: 'ReplyError', message: 'ERR something' })
    expect(failure.cause).not.toHaveProperty('command')
  })

  test('whose cause has one, nor in its stack', () => {
    const error = new Error('fetch failed', { cause: new Error(KEY) })
    error.stack = `Error: fetch failed\n  at ${KEY}`
    expect(everythingIn(toStoreError(error, false))).not.toContain('secret')
  })

  test('that is no error', () => {
    expect(everythingIn(toStoreError(KEY, false))).not.toContain('secret')
    expect(everythingIn(toStoreError({ key: KEY }, false))).not.toContain('secret')
  })
})

describe('the reason', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
  const maxRetries = new Error('Reached the max retries per request limit (which is 0). Refer to ... for details.')

  test.each<[string, unknown, string | undefined]>([
    ['of the error itself', refused, 'ECONNREFUSED'],
    ['of its cause, as of a failed fetch', new TypeError('fetch failed', { cause: refused }), 'ECONNREFUSED'],
    ['of a Cluster', Object.assign(new Error('Failed to refresh'), { lastNodeError: refused }), 'ECONNREFUSED'],
    ['of Redis', new Error('WRONGPASS invalid username-password pair or user is disabled.'), 'WRONGPASS'],
    [
      'of an aborted request',
      new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
      'TimeoutError',
    ],
    ['of an error that has none', maxRetries, undefined],
    ['of what is no error', 'ECONNREFUSED', undefined],
    ['of nothing', undefined, undefined],
  ])('%s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason)
  })

  test('is that of the connection where the error of the call has none, and stays in the cause', () => {
    expect(toStoreError(maxRetries, false, refused)).toMatchObject({
      message: 'Redis did not answer (ECONNREFUSED)',
      cause: { message: maxRetries.message, cause: { code: 'ECONNREFUSED' } },
    })
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(toStoreError(reset, false, refused).message).toBe('Redis did not answer (ECONNRESET)')
    expect(toStoreError(maxRetries, false).message).toBe('Redis did not answer')
  })

  test("shows no key of the connection's error either", () => {
    const error = new Error(`connect to ${KEY}`)
    expect(everythingIn(toStoreError(maxRetries, false, error))).not.toContain('secret')
  })

  test('ends with causes that go round in a circle', () => {
    const error = new Error('one')
    error.cause = error
    expect(reasonOf(error)).toBeUndefined()
  })
})

test('the code of a network error stays', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
  expect(toStoreError(error, false).cause).toMatchObject({ code: 'ECONNREFUSED', message: error.message })
})

test('NOSCRIPT is told from text that only holds the word', () => {
  expect(isNoScript(new Error('NOSCRIPT No matching script. Please use EVAL.'))).toBe(true)
  expect(isNoScript(new Error('NOSCRIPT No matching script., command was: ["evalsha"]'))).toBe(true)
  expect(isNoScript(new Error('ERR no script'))).toBe(false)
  expect(isNoScript(new Error('XNOSCRIPT'))).toBe(false)
  expect(isNoScript(new Error('fetch failed, command was: ["evalsha","a NOSCRIPT b"]'))).toBe(false)
  expect(isNoScript('NOSCRIPT')).toBe(false)
  expect(isNoScript(undefined)).toBe(false)
})
