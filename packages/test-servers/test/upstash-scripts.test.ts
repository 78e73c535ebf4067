import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type RestReply, useRest } from './rest-fixture.ts'

const fixture = useRest()
const { post } = fixture

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
function result(value: unknown): RestReply {
  return { status: 200, body: { result: value } }
}
const NOSCRIPT: RestReply = { status: 400, body: { error: 'NOSCRIPT No matching script. Please use EVAL.' } }

const BODY = "\nredis.call('SET', KEYS[1], ARGV[1])\nreturn redis.call('GET', KEYS[1])"
const READ_BODY = "\nreturn redis.call('EXISTS', KEYS[1])"

describe.each([
  ['no flag', BODY.trim()],
  ['a shebang without flags', `#!lua${BODY}`],
  ['the flag', `#!lua flags=allow-key-locking${BODY}`],
  ['the flag, spaced out', `#!lua   flags=allow-key-locking  ${BODY}`],
  ['the flag, with CRLF', `#!lua flags=allow-key-locking\r${BODY}`],
  ['the flag before another', `#!lua flags=allow-key-locking,allow-oom${BODY}`],
  ['the flag behind another', `#!lua flags=allow-oom,allow-key-locking${BODY}`],
])('a script with %s', (_, script) => {
  const sha = sha1(script)
  const evalsha = ['EVALSHA', sha, 1, 'key', 'välue']

  test('runs by its text, and then by the SHA-1 of that very text', async () => {
    expect(await post('/', evalsha)).toEqual(NOSCRIPT)
    expect(await post('/', ['EVAL', script, 1, 'key', 'välue'])).toEqual(result('välue'))
    expect(await post('/', evalsha)).toEqual(result('välue'))
    expect(await post('/', ['evalsha', sha.toUpperCase(), 1, 'key', 'other'])).toEqual(result('other'))
  })

  test('loads under the SHA-1 of that very text', async () => {
    expect(await post('/', ['SCRIPT', 'EXISTS', sha, sha1('other')])).toEqual(result([0, 0]))
    expect(await post('/', ['SCRIPT', 'LOAD', script])).toEqual(result(sha))
    expect(await post('/', ['SCRIPT', 'EXISTS', sha, sha1('other')])).toEqual(result([1, 0]))
    expect(await post('/', evalsha)).toEqual(result('välue'))
  })

  test('is gone after SCRIPT FLUSH, through the server or past it', async () => {
    for (const flush of [() => post('/', ['SCRIPT', 'FLUSH']), () => fixture.redis.command('SCRIPT', 'FLUSH')]) {
      await post('/', ['SCRIPT', 'LOAD', script])
      await flush()
      expect(await post('/', evalsha)).toEqual(NOSCRIPT)
      expect(await post('/', ['SCRIPT', 'EXISTS', sha])).toEqual(result([0]))
    }
  })

  test('runs in pipelines and transactions', async () => {
    for (const path of ['/pipeline', '/multi-exec']) {
      await fixture.redis.command('SCRIPT', 'FLUSH')
      const commands = [evalsha, ['SCRIPT', 'LOAD', script], evalsha, ['EVAL', script, 1, 'key', 'b']]
      expect(await post(path, commands)).toEqual({
        status: 200,
        body: [NOSCRIPT.body, { result: sha }, { result: 'välue' }, { result: 'b' }],
      })
    }
  })
})

test('no-writes stays in force beside the flag, in either order', async () => {
  for (const flags of ['allow-key-locking,no-writes', 'no-writes,allow-key-locking']) {
    const reads = `#!lua flags=${flags}${READ_BODY}`
    expect(await post('/', ['EVAL', reads, 1, 'key'])).toEqual(result(0))
    expect(await post('/', ['EVAL_RO', reads, 1, 'key'])).toEqual(result(0))
    expect(await post('/', ['EVALSHA_RO', sha1(reads), 1, 'key'])).toEqual(result(0))
    const { status, body } = await post('/', ['EVAL', `#!lua flags=${flags}${BODY}`, 1, 'key', 'x'])
    expect(status).toBe(400)
    expect(body).toEqual({ error: expect.stringContaining('Write commands are not allowed from read-only scripts') })
  }
})

test('scripts that differ in their flags only are loaded apart from each other', async () => {
  const flagged = `#!lua flags=allow-key-locking${BODY}`
  const spaced = `#!lua flags=allow-key-locking ${BODY}`
  await post('/', ['EVAL', flagged, 1, 'key', 'x'])
  await post('/', ['EVAL', spaced, 1, 'key', 'x'])
  await fixture.redis.command('SCRIPT', 'FLUSH')
  await post('/', ['EVAL', spaced, 1, 'key', 'x'])
  await fixture.redis.command('EVAL', BODY, '1', 'key', 'x')
  const shas = [sha1(spaced), sha1(flagged), sha1(BODY)]
  expect(await post('/', ['SCRIPT', 'EXISTS', ...shas])).toEqual(result([1, 0, 1]))
})

test('a script that does not compile is not loaded', async () => {
  const script = '#!lua flags=allow-key-locking\nreturn (('
  expect((await post('/', ['EVAL', script, 0])).status).toBe(400)
  expect(await post('/', ['EVALSHA', sha1(script), 0])).toEqual(NOSCRIPT)
})

test('errors name the line and the SHA-1 of the text that was sent', async () => {
  const script = "#!lua flags=allow-key-locking\n\nerror('boom')"
  const { status, body } = await post('/', ['EVAL', script, 0])
  expect(status).toBe(400)
  expect(body).toEqual({ error: expect.stringContaining('user_script:3: boom') })
  expect(body).toEqual({ error: expect.stringContaining(sha1(script)) })
  expect((await post('/', ['EVALSHA', sha1(script), 0])).body).toEqual(body)
})

test('an unknown flag is refused, as Redis does', async () => {
  const { body } = await post('/', ['EVAL', '#!lua flags=allow-key-locking,nonsense\nreturn 1', 0])
  expect(body).toEqual({ error: expect.stringContaining('Unexpected flag in script shebang: nonsense') })
})

test('a result that happens to hold a SHA-1 stays as it is', async () => {
  const script = '#!lua flags=allow-key-locking\nreturn {ARGV[1]}'
  expect(await post('/', ['EVAL', script, 0, sha1(script)])).toEqual(result([sha1(script)]))
})
