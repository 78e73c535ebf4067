import type { TakeReply } from '@rl/core'
import { decode, REDIS_SCRIPT } from '@rl/redis-script'
import { startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { commandOf, receivedBytes, sentBytes, takesOf, type WireSettings } from './wire.ts'

export interface ProbeRow {
  readonly takes: number
  readonly computedSent: number
  readonly countedSent: number
  readonly computedReceived: number
  readonly countedReceived: number
}

/** The counts of a real server (`total_net_input_bytes` and `total_net_output_bytes`) beside the computed ones. */
export async function probeWire(sizes: readonly number[], settings: WireSettings): Promise<readonly ProbeRow[]> {
  const server = await startRedis()
  const redis = new Redis({ port: server.port, maxRetriesPerRequest: 0 })
  try {
    await redis.script('LOAD', REDIS_SCRIPT.text)
    const rows: ProbeRow[] = []
    for (const size of sizes) rows.push(await probe(redis, size, settings))
    return rows
  } finally {
    redis.disconnect()
    await server.stop()
  }
}

async function probe(redis: Redis, size: number, settings: WireSettings): Promise<ProbeRow> {
  const takes = takesOf(size, settings)
  const before = await redis.info('stats')
  const [name = '', ...args] = commandOf(takes)
  const raw = String(await redis.call(name, ...args))
  const after = await redis.info('stats')
  const replies = decode(takes, raw) as readonly TakeReply[]
  return {
    takes: size,
    computedSent: sentBytes(takes),
    countedSent: netBytes(after, 'input') - netBytes(before, 'input') - '*2\r\n$4\r\ninfo\r\n$5\r\nstats\r\n'.length,
    computedReceived: receivedBytes(replies, raw.indexOf(' ') - 1),
    // A server counts its own answer once it has been written.
    countedReceived: netBytes(after, 'output') - netBytes(before, 'output') - infoReplyBytes(before),
  }
}

/** A verbatim string of RESP3, which this client asks for. */
function infoReplyBytes(text: string): number {
  return `=${text.length + 4}\r\ntxt:${text}\r\n`.length
}

function netBytes(info: string, direction: 'input' | 'output'): number {
  const [, bytes] = new RegExp(`^total_net_${direction}_bytes:(\\d+)`, 'm').exec(info) ?? []
  if (bytes === undefined) throw new Error(`INFO stats has no total_net_${direction}_bytes`)
  return Number(bytes)
}
