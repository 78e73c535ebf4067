import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { type ClientIp, clientIp } from '../../../src/client-ip/client-ip.ts'
import { limiterOf } from '../../limiters.ts'
import type { SeenRequest } from '../driver.ts'
import type { Stage } from '../stage.ts'

/** Keys from client addresses; with header lines that only HTTP/1.1 can repeat as they stand here. */
export function clientAddresses({ start, protocol }: Stage): void {
  const keyed = async (key: ClientIp) =>
    start({ limiter: limiterOf({}), key: ({ args: [request, info] }: SeenRequest) => key(request, info) })

  test('counts by connection, whatever the headers say', async () => {
    const { get } = await keyed(clientIp())
    const statuses = [
      await get(),
      await get('', { 'x-forwarded-for': '1.1.1.1' }),
      await get('', { forwarded: 'for=2.2.2.2' }),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
  })

  if (protocol === 'HTTP/2') return

  test('counts by what the proxy added, in one header or in several', async () => {
    const headers = [
      'X-Forwarded-For: 1.1.1.1, 203.0.113.7\r\n',
      'X-Forwarded-For: 2.2.2.2\r\nX-Forwarded-For: 203.0.113.7\r\n',
      'X-Forwarded-For: 3.3.3.3\r\nX-Forwarded-For: 4.4.4.4, 203.0.113.7\r\n',
      'X-Forwarded-For: 203.0.113.7, 203.0.113.8\r\n',
    ]
    const expected = [200, 200, 429, 200]
    expect(await statuses((await keyed(clientIp({ hops: 1 }))).port, headers)).toEqual(expected)
    expect(await statuses((await keyed(clientIp({ trustedProxies: ['loopback'] }))).port, headers)).toEqual(expected)
    const forwarded = headers.map((lines) =>
      lines.replaceAll('X-Forwarded-For', 'Forwarded').replace(/[\d.]{7,}/g, 'for=$&'),
    )
    const key = clientIp({ hops: 1, header: 'forwarded' })
    expect(await statuses((await keyed(key)).port, forwarded)).toEqual(expected)
  })
}

/** Statuses of requests with these header lines, each sent byte by byte as it stands here. */
async function statuses(port: number, headers: readonly string[]): Promise<number[]> {
  const answers: number[] = []
  for (const lines of headers) {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    answers.push(Number(answer.split(' ')[1]))
  }
  return answers
}
