import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RedisServer } from './launch.ts'

/**
 * The commands that clients sent to these servers while `run` ran, each as its name in lower case and its arguments. Commands
 * that scripts call are not among them.
 *
 * @example await commandsDuring([server], () => redis.set('key', 'value')) // [['set', 'key', 'value']]
 */
export async function commandsDuring(
  servers: readonly RedisServer[],
  run: () => Promise<unknown>,
): Promise<readonly (readonly string[])[]> {
  const monitors = await Promise.all(servers.map(openMonitor))
  try {
    await run()
    return (await Promise.all(monitors.map((monitor) => monitor.commands()))).flat()
  } finally {
    for (const { socket } of monitors) socket.destroy()
  }
}

interface Monitor {
  socket: Socket
  /** All commands up to this call. */
  commands(): Promise<readonly (readonly string[])[]>
}

async function openMonitor(server: RedisServer): Promise<Monitor> {
  const socket = connect(server.port, '127.0.0.1')
  let seen = ''
  socket.on('data', (chunk) => {
    seen += chunk.toString('latin1')
  })
  const untilSeen = async (text: string): Promise<void> => {
    while (!seen.includes(text)) await once(socket, 'data')
  }
  socket.write('MONITOR\r\n')
  await untilSeen('+OK\r\n')
  return {
    socket,
    commands: async () => {
      const marker = randomUUID()
      await server.command('ECHO', marker)
      await untilSeen(`${marker}"\r\n`)
      return seen.split('\r\n').flatMap((line) => {
        const command = parseLine(line)
        return command === undefined || command[1] === marker ? [] : [command]
      })
    },
  }
}

/** A line such as `+1700000000.123456 [0 127.0.0.1:50000] "get" "key"`. */
function parseLine(line: string): readonly string[] | undefined {
  const [, source, quoted] = /^\+\d+\.\d+ \[\d+ ([^\]]+)\] (.*)$/.exec(line) ?? []
  if (source === undefined || source === 'lua' || quoted === undefined) return undefined
  const [name = '', ...args] = Array.from(quoted.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, word = '']) => word)
  return [name.toLowerCase(), ...args]
}
