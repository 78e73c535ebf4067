import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RedisServer, startRedis, startUpstashRest, type UpstashRestServer } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Env, runHere } from './support.ts'

const SECRET = 's3cr3t/p@ss'
const ENCODED = encodeURIComponent(SECRET)

let server: RedisServer
let rest: UpstashRestServer
/** Answers everything with a page that repeats the request, as gateways do. */
let gateway: Server

beforeAll(async () => {
  server = await startRedis()
  rest = await startUpstashRest({ redisUrl: server.url, token: 's3cr3t-token', readOnlyToken: 's3cr3t-reader' })
  gateway = createServer((request, response) => {
    response.writeHead(502).end(`<html>${request.headers.authorization} ${request.url}</html>`)
  }).listen(0, '127.0.0.1')
  await server.command('SET', 'rl:1:{api:user}', `1;e1099511627776=${2 ** 41} 5`)
  await server.command('ACL', 'SETUSER', 'nobody', 'on', `>${SECRET}`, '~rl:*', '+ping')
  await server.command('ACL', 'SETUSER', 'reader', 'on', `>${SECRET}`, '~rl:*', '+eval', '+time', '+get')
})
afterAll(async () => {
  gateway?.close()
  await rest?.stop()
  await server?.stop()
})

test.each<[string, Env, string]>([
  ['nothing', {}, 'no server is named: set REDIS_URL, or UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN'],
  [
    'both',
    { REDIS_URL: `redis://:${ENCODED}@h`, UPSTASH_REDIS_REST_URL: 'https://h' },
    'REDIS_URL and UPSTASH_REDIS_REST_… are both set: unset one, as in env -u REDIS_URL rl …',
  ],
  [
    'another protocol',
    { REDIS_URL: `http://user:${ENCODED}@h` },
    'REDIS_URL must be a URL that begins with redis:// or rediss://, its password percent-encoded',
  ],
  [
    'no URL',
    { REDIS_URL: SECRET },
    'REDIS_URL must be a URL that begins with redis:// or rediss://, its password percent-encoded',
  ],
  [
    'a password as it is, of which the begin would be the host',
    { REDIS_URL: `redis://s3cr3t/p@h` },
    'REDIS_URL must have / ? # and @ in its password as %2F %3F %23 and %40',
  ],
  [
    'a password as it is, of which the begin would be the port',
    { REDIS_URL: 'redis://s3cr3t:12#p@h' },
    'REDIS_URL must have / ? # and @ in its password as %2F %3F %23 and %40',
  ],
  ['a percent sign', { REDIS_URL: 'redis://:s3cr3t%@h' }, 'REDIS_URL must have % in a user or password as %25'],
  [
    'a database without a number',
    { REDIS_URL: `redis://:${ENCODED}@h/zero` },
    'REDIS_URL must end with the number of a database, as in redis://host:6379/0, or without',
  ],
  [
    'no token',
    { UPSTASH_REDIS_REST_URL: 'https://h' },
    'UPSTASH_REDIS_REST_TOKEN is not set: the page of your database shows it',
  ],
  [
    'no URL of Upstash',
    { UPSTASH_REDIS_REST_TOKEN: SECRET },
    'UPSTASH_REDIS_REST_URL is not set: the page of your database shows it',
  ],
  [
    'a URL of another kind for Upstash',
    { UPSTASH_REDIS_REST_URL: `rediss://:${ENCODED}@h`, UPSTASH_REDIS_REST_TOKEN: SECRET },
    'UPSTASH_REDIS_REST_URL must be a URL that begins with https:// or http://, its password percent-encoded',
  ],
  [
    'a token with a space',
    { UPSTASH_REDIS_REST_URL: 'https://h', UPSTASH_REDIS_REST_TOKEN: 's3cr3t token' },
    'UPSTASH_REDIS_REST_TOKEN has characters that no token has, such as a space: copy it again',
  ],
])('an environment with %s', async (_, env, message) => {
  expect(await runHere(['top'], env)).toEqual({ exit: 2, stdout: '', stderr: `rl: ${message}\n` })
})

test.each<[string[], string]>([
  [[], 'the first argument must be peek, top or reset; see rl --help'],
  [['toString'], 'the first argument must be peek, top or reset; see rl --help'],
  [['peek', 'api'], "rl peek takes the limiter's name and an identifier, or --key; see rl peek --help"],
  [['peek', 'api', ''], "rl peek takes the limiter's name and an identifier, or --key; see rl peek --help"],
  [['reset', 'api', '--yes'], "rl reset takes the limiter's name and an identifier, or --key; see rl reset --help"],
  [
    ['reset', 'a', 'b', '--key=c'],
    "rl reset takes the limiter's name and an identifier, or --key; see rl reset --help",
  ],
  [
    ['reset', 'api', '-1'],
    "Unknown option '-1' (an identifier that begins with - goes behind --); see rl reset --help",
  ],
  [
    ['top', `--url=redis://:${ENCODED}@h`],
    "Unknown option '--url' (an identifier that begins with - goes behind --); see rl top --help",
  ],
  [['top', 'a', SECRET], 'rl top takes one name, or none; see rl top --help'],
  [['top', '--limit', '10001'], '--limit must be an integer from 1 to 10000, received 10001; see rl top --help'],
  [['top', '--max-keys', '1e6'], '--max-keys must be an integer from 1 to 2^53-1, received "1e6"; see rl top --help'],
  [['top', '--hash-tags', '0'], '--hash-tags must be an integer from 1 to 16384, received 0; see rl top --help'],
  [['top', '--json=1'], "Option '--json' does not take an argument; see rl top --help"],
  [['top', '--prefix'], "Option '--prefix <value>' argument missing; see rl top --help"],
  [['top', '--prefix', '{'], '--prefix must be a well-formed string without braces, received "{"; see rl top --help'],
])('the arguments %j', async (args, message) => {
  expect(await runHere(args, { REDIS_URL: server.url })).toEqual({ exit: 2, stdout: '', stderr: `rl: ${message}\n` })
})

test.each([
  ['user:1', '--key must be the key of counters under --prefix, as rl top --json shows it'],
  ['rl:1:{api:user}#token', '--key must be the key of counters under --prefix, as rl top --json shows it'],
])('the key %s', async (key, message) => {
  expect((await runHere(['reset', '--yes', '--key', key], { REDIS_URL: server.url })).stderr).toBe(`rl: ${message}\n`)
})

interface Refusal {
  readonly args?: readonly string[]
  readonly env: () => Env
  /** Without the name of the server. */
  readonly says: string
  /** Causes the failure, and ends it. */
  readonly between?: readonly [string[], string[]]
}

const asUser = (user: string, password = ENCODED) => ({
  REDIS_URL: `redis://${user}:${password}@127.0.0.1:${server.port}`,
})
const upstash = (token: string, url = rest.url) => ({ UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token })
const reset = ['reset', 'api', 'user', '--yes']
const RIGHTS =
  'Let its user run +eval +time +get, for top +scan and +mget, for reset +mget +set +del, in a Cluster +cluster|slots.'

test.each<[string, Refusal]>([
  [
    'nothing listens',
    {
      env: () => ({ REDIS_URL: `redis://:${ENCODED}@127.0.0.1:1` }),
      says: 'Redis did not answer (ECONNREFUSED). Nothing listens there: start the server, or correct REDIS_URL.',
    },
  ],
  [
    'nothing listens for Upstash',
    {
      env: () => upstash(ENCODED, 'http://127.0.0.1:2'),
      says: 'Redis did not answer (ECONNREFUSED). Nothing listens there: start the server, or correct UPSTASH_REDIS_REST_URL.',
    },
  ],
  [
    'the password is wrong',
    {
      env: () => asUser('nobody', 's3cr3t-wrong'),
      says: 'Redis refused: WRONGPASS. Correct the user and password in REDIS_URL.',
    },
  ],
  [
    'the token is wrong',
    {
      env: () => upstash('s3cr3t-wrong'),
      says: 'Redis refused: WRONGPASS. Correct the token in UPSTASH_REDIS_REST_TOKEN.',
    },
  ],
  ['the user has no rights', { env: () => asUser('nobody'), says: `Redis refused: NOPERM. ${RIGHTS}` }],
  ['the user may not scan', { env: () => asUser('reader'), says: `Redis refused: NOPERM. ${RIGHTS}` }],
  [
    'the token may only read',
    { args: reset, env: () => upstash('s3cr3t-reader'), says: 'Redis refused: NOPERM. Take the token that may write.' },
  ],
  [
    'the server is a replica',
    {
      args: reset,
      env: () => ({ REDIS_URL: server.url }),
      between: [
        ['REPLICAOF', '127.0.0.1', '1'],
        ['REPLICAOF', 'NO', 'ONE'],
      ],
      says: 'Redis refused: READONLY. It is a replica: name the master in REDIS_URL.',
    },
  ],
  [
    'the memory is full',
    {
      args: reset,
      env: () => ({ REDIS_URL: server.url }),
      between: [
        ['CONFIG', 'SET', 'maxmemory', '1'],
        ['CONFIG', 'SET', 'maxmemory', '0'],
      ],
      says: 'Redis refused: OOM. The server takes no writes: see maxmemory and the last save in INFO.',
    },
  ],
  [
    'something else answers',
    {
      env: () => ({ REDIS_URL: `redis://:${ENCODED}@127.0.0.1:${(gateway.address() as AddressInfo).port}` }),
      says: 'Redis did not answer. See that the server runs, can be reached from here, and is the one in REDIS_URL.',
    },
  ],
  [
    'a gateway answers',
    {
      env: () => upstash('s3cr3t-token', `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`),
      says: 'Redis did not answer. See that the server runs, can be reached from here, and is the one in UPSTASH_REDIS_REST_URL.',
    },
  ],
])('where %s', async (_, { args = ['top'], env, says, between }) => {
  if (between) await server.command(...between[0])
  const { exit, stdout, stderr } = await runHere(args, env())
  if (between) await server.command(...between[1])
  const [, host, said] = /^rl: (?:Redis|Upstash) at ([\w.:]+): (.*)\n$/.exec(stderr) ?? []
  expect({ exit, stdout, said: said ?? stderr }).toEqual({ exit: 1, stdout: '', said: says })
  expect(Object.values(env()).some((value) => value.includes(`${host}`))).toBe(true)
})

test('options that Upstash has not', async () => {
  for (const option of ['--cluster', '--hash-tags=48']) {
    const { exit, stderr } = await runHere(['top', option], upstash('t'))
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: expect.stringMatching(/^rl: --[a-z-]+ is for REDIS_URL: .*\n$/),
    })
  }
})

test('--cluster of a server that is in none', async () => {
  const { exit, stderr } = await runHere(['top', '--cluster'], { REDIS_URL: server.url })
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringMatching(/^rl: Redis Cluster at .*\n$/) })
})

test('the rights that a refusal names are enough, and those of the documented rule are for peek and reset', async () => {
  const limiters = '+evalsha +eval +time +get +mget +set +setrange +pttl +del'
  await setUser(limiters)
  for (const args of [['peek', 'api', 'user'], reset]) {
    expect(await runHere(args, asUser('some'))).toMatchObject({ exit: 0, stderr: '' })
  }
  const [first = '', ofTop = '', ofReset = ''] = RIGHTS.split(',').map(
    (part) => part.match(/\+[\w|]+/g)?.join(' ') ?? '',
  )
  for (const [rights, args] of [
    [first, ['peek', 'api', 'user']],
    [`${first} ${ofTop}`, ['top']],
    [`${first} ${ofReset}`, reset],
  ] as const) {
    await setUser(rights)
    expect(await runHere(args, asUser('some'))).toMatchObject({ exit: 0, stderr: '' })
    for (const right of rights.split(' ')) {
      await setUser(rights.replace(right, ''))
      // This value needs no DEL, and top only in a Cluster GET.
      const isNeeded = right !== '+del' && (right !== '+get' || args[0] !== 'top')
      if (isNeeded) expect((await runHere(args, asUser('some'))).exit, right).toBe(1)
    }
  }

  function setUser(rights: string): Promise<unknown> {
    const rule = ['reset', 'on', `>${SECRET}`, '~rl:*', '-@all', ...rights.split(' ').filter(Boolean)]
    return server.command('ACL', 'SETUSER', 'some', ...rule)
  }
})
