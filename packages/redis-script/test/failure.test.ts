import { StoreError } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { isNoScript, toStoreError } from '../src/failure.ts'

const KEY = 'rl:{api:secret-person@example.org}:e60000'

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

  test('that is none', () => {
    expect(everythingIn(toStoreError(KEY, false))).not.toContain('secret')
    expect(everythingIn(toStoreError({ key: KEY }, false))).not.toContain('secret')
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
