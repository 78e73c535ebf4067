import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ConnectionError, type RedisServer, ReplyError, redisCommand, startRedis } from '@rl/test-servers'
import { afterEach, describe, expect, test } from 'vitest'
import { poll } from '../src/redis/poll.ts'

const started: RedisServer[] = []
async function start(...options: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...options)
  started.push(server)
  return server
}
afterEach(() => Promise.all(started.splice(0).map((server) => server.stop())))

function isGone(port: number): Promise<true | undefined> {
  return redisCommand(port, ['PING']).then(
    () => undefined,
    (error) => (error instanceof ConnectionError ? true : undefined),
  )
}

describe('startRedis', () => {
  test('gives a server that answers and keeps nothing on disk', async () => {
    const redis = await start()
    expect(await redis.command('SET', 'key', 'välue')).toBe('OK')
    expect(await redis.command('GET', 'key')).toBe('välue')
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`)
    expect(await redis.command('CONFIG', 'GET', 'save')).toEqual(['save', ''])
    expect(await redis.command('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no'])
    expect(await redis.command('INFO', 'server')).toContain(`process_id:${redis.pid}\r\n`)
  })

  test('keeps two servers apart', async () => {
    const [one, two] = await Promise.all([start(), start()])
    await one.command('SET', 'key', 'one')
    expect(two.port).not.toBe(one.port)
    expect(await two.command('GET', 'key')).toBeNull()
  })

  test('passes arguments on', async () => {
    const redis = await start({ args: ['--maxmemory', '3mb'] })
    expect(await redis.command('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '3145728'])
  })

  test('rejects with the log of redis-server when it cannot start', async () => {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(/no-such-option/)
    const { port } = await start()
    await expect(startRedis({ port })).rejects.toThrow(/Address already in use/)
  })

  test.each([
    ['answers', '$2\r\nhi\r\n'],
    ['never answers', ''],
  ])('does not take a stranger on its port for its own server: one that %s', async (_, answer) => {
    const stranger = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write(answer)))
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const address = stranger.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    await expect(startRedis({ port })).rejects.toThrow(/Address already in use/)
    stranger.close()
  })

  test('stop ends the process and frees the port and the files, as often as it is called', async () => {
    const redis = await start()
    const [, directory] = (await redis.command('CONFIG', 'GET', 'dir')) as [string, string]
    expect(existsSync(directory)).toBe(true)
    await redis.stop()
    await redis.stop()
    expect(await isGone(redis.port)).toBe(true)
    expect(existsSync(directory)).toBe(false)
    // A connection to elsewhere may hold the port for a moment.
    const next = await poll('the port', () => start({ port: redis.port }).catch(() => undefined))
    expect(await next.command('PING')).toBe('PONG')
  })

  test('pause keeps the server from answering until resume', async () => {
    const redis = await start()
    redis.pause()
    let answered = false
    const reply = redis.command('PING').finally(() => {
      answered = true
    })
    // A running server takes far less than this; a slow one makes the test weaker, not red.
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(answered).toBe(false)
    redis.resume()
    expect(await reply).toBe('PONG')
  })

  test('stop ends a paused server too', async () => {
    const redis = await start()
    redis.pause()
    await redis.stop()
    expect(await isGone(redis.port)).toBe(true)
  })

  test('kill cuts the calls under way', async () => {
    const redis = await start()
    const blocked = redis.command('BLPOP', 'list', '0')
    const outcome = expect(blocked).rejects.toThrow(ConnectionError)
    await poll('the client to block', async () =>
      String(await redis.command('INFO', 'clients')).includes('blocked_clients:1') ? true : undefined,
    )
    await redis.kill()
    await outcome
  })

  test('redisCommand rejects with the error reply', async () => {
    const { port } = await start()
    await redisCommand(port, ['SET', 'text', 'abc'])
    const error = await redisCommand(port, ['INCR', 'text']).catch((reason) => reason)
    expect(error).toBeInstanceOf(ReplyError)
    expect(error.message).toMatch(/^ERR value is not an integer/)
    expect(error.code).toBe('ERR')
  })
})

describe('no server outlives the process that started it', () => {
  const fixture = fileURLToPath(new URL('fixtures/starts-redis-and-ends.mjs', import.meta.url))

  test.each(['is killed', 'is interrupted', 'exits', 'throws', 'forgets'])('when it %s', async (ending) => {
    // In a separate process group, so that the interrupt does not reach the tests.
    const child = spawn(process.execPath, [fixture, ending], { detached: true })
    const output = `${await text(child.stdout)}${await text(child.stderr)}`.split('\n')[0] ?? ''
    const ports = JSON.parse(output) as number[]
    expect(ports).toHaveLength(2)
    // A paused server never answers, so only a refused connection counts.
    for (const port of ports) await poll(`port ${port} to be free`, () => isGone(port))
  })
})
