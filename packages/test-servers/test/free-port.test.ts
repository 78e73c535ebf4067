import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freeClusterPort, freePort } from '../src/redis/free-port.ts'
import { launchOnFreePort } from '../src/redis/launch.ts'

/** A list of ports, one a call. */
function inTurn(ports: readonly number[]): () => Promise<number> {
  const left = [...ports]
  return async () => left.shift() ?? Promise.reject(new Error('no port is left'))
}

/** A port whose bus port is free, found without what is tested. */
async function goodPort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    const server = createServer().on('error', () => undefined)
    if (port > 55_535) continue
    server.listen(port + 10_000, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (isFree) return port
  }
}

test('a port for a Cluster node has a bus port, 10,000 behind it, that exists and is free', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = (other.address() as AddressInfo).port
  const good = await goodPort()
  expect(await freeClusterPort(inTurn([55_536, 65_000, taken - 10_000, good]))).toBe(good)
  other.close()
})

test('a server is started on the port that was found for it, and on another one when that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = (other.address() as AddressInfo).port
  const free = await freePort()
  const server = await launchOnFreePort((port) => ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''], {
    freePort: inTurn([taken, free]),
  })
  expect(server.port).toBe(free)
  await server.stop()
  other.close()
})
