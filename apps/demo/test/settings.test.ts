import { describe, expect, test } from 'vitest'
import { serverFailure } from '../src/failure-line.ts'
import { ReportableError } from '../src/reportable-error.ts'
import { readSettings } from '../src/settings.ts'

const REDIS = { REDIS_URL: 'redis://joe:secret@db:6380' }
const UPSTASH = { UPSTASH_REDIS_REST_URL: 'https://eu1.upstash.io', UPSTASH_REDIS_REST_TOKEN: 'secret' }

function kinds(args: string[], env: Record<string, string> = {}): string {
  const { storage } = readSettings(args, env)
  return storage.kind === 'redis' ? `${storage.clients} on ${storage.url ?? 'its server'}` : storage.kind
}

describe('readSettings', () => {
  test('goes by --store, then by the environment, then on a server that the demo starts', () => {
    expect(kinds([])).toBe('ioredis,node-redis on its server')
    expect(kinds([], REDIS)).toBe(`ioredis,node-redis on ${REDIS.REDIS_URL}`)
    expect(kinds([], { REDIS_URL: 'rediss://db/2' })).toBe('ioredis,node-redis on rediss://db/2')
    expect(kinds([], UPSTASH)).toBe('upstash')
    expect(kinds([], { ...REDIS, ...UPSTASH })).toBe(`ioredis,node-redis on ${REDIS.REDIS_URL}`)
    expect(kinds(['--store', 'upstash'], { ...REDIS, ...UPSTASH })).toBe('upstash')
    expect(kinds(['--store=ioredis'])).toBe('ioredis on its server')
    expect(kinds(['--', '--store', 'memory'], REDIS)).toBe('memory')
  })

  test('takes the file to draw into', () => {
    expect(readSettings(['--picture', 'demo.svg'], {}).picture).toBe('demo.svg')
    expect(readSettings([], {}).picture).toBe(undefined)
  })

  test('an empty variable counts as none', () => {
    expect(kinds([], { REDIS_URL: '', UPSTASH_REDIS_REST_URL: '' })).toBe('ioredis,node-redis on its server')
  })

  test.each([
    [['--store', 'secret'], {}, 'Unknown store "secret": choose one of', 2],
    [['--nope'], {}, "Unknown option '--nope'. See --help.", 2],
    [['--store'], {}, "Option '--store <value>' argument missing. See --help.", 2],
    [['nope'], {}, "Unexpected argument 'nope'. See --help.", 2],
    [['--store', 'upstash'], {}, 'needs UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN', 1],
    [[], { UPSTASH_REDIS_REST_URL: 'https://eu1.upstash.io' }, 'needs UPSTASH_REDIS_REST_TOKEN', 1],
    [[], { REDIS_URL: 'localhost:6379' }, 'REDIS_URL is not a URL that begins with redis:// or rediss://.', 1],
    [[], { REDIS_URL: 'redis://:secret@' }, 'REDIS_URL has no host', 1],
    [[], { REDIS_URL: 'redis://db:99999' }, 'a wrong port', 1],
    [[], { REDIS_URL: 'redis://:sec#ret@db:6379' }, 'a password whose special characters are not %-encoded', 1],
    [[], { REDIS_URL: 'redis://db:6379/main' }, 'REDIS_URL has a path that is no database', 1],
  ] as const)('%j with %j: %s', (args, env, message, exitCode) => {
    const attempt = (): unknown => readSettings(args, env)
    expect(attempt).toThrow(ReportableError)
    expect(attempt).toThrow(expect.objectContaining({ message: expect.stringContaining(message), exitCode }))
  })
})

describe('serverFailure', () => {
  const redis = { kind: 'ioredis', url: REDIS.REDIS_URL } as const
  const upstash = { kind: 'upstash', url: UPSTASH.UPSTASH_REDIS_REST_URL, token: 'secret' } as const

  test.each([
    [
      'a refused connection',
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      'not reachable (ECONNREFUSED)',
    ],
    [
      'a name with several addresses',
      new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]),
      '(ECONNREFUSED)',
    ],
    [
      'a reason further down',
      new Error('a', { cause: Object.assign(new Error('b'), { code: 'ENOTFOUND' }) }),
      '(ENOTFOUND)',
    ],
    ['a connection that was lost', new Error('the client is not connected'), 'reachable (the client is not connected)'],
    ['a server that says nothing', new Error('Socket timeout. Expecting data'), 'not reachable (Socket timeout'],
    ['a wrong password', new Error('WRONGPASS invalid username-password pair'), 'refuses the credentials (WRONGPASS)'],
    [
      'a user without rights',
      new Error("NOPERM User joe has no permissions to run 'eval'"),
      '(NOPERM). docs/redis.md lists',
    ],
    ['anything else', new Error('one\ntwo'), 'Redis at db:6380 failed (one). Check REDIS_URL.'],
    ['no error', undefined, 'Redis at db:6380 failed (for no stated reason)'],
  ])('%s', (_, error, expected) => {
    const { message } = serverFailure(redis, error)
    expect(message).toContain(expected)
    expect(message).toContain('Redis at db:6380')
    expect(message).not.toMatch(/secret|\n/)
  })

  test('speaks of the token where there is one', () => {
    expect(serverFailure(upstash, new Error('Unauthorized')).message).toBe(
      'Upstash at eu1.upstash.io refuses the credentials (Unauthorized). Check UPSTASH_REDIS_REST_TOKEN.',
    )
  })
})
