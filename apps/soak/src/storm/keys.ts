import type { RedisServer } from '@rl/test-servers'

const COUNT = `local cursor, found = '0', 0
repeat
  local reply = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = reply[1]
  for _, key in ipairs(reply[2]) do
    if redis.call('PTTL', key) == -1 then found = found + 1 end
  end
until cursor == '0'
return found`

/** Keys of a server that stay for good. */
export async function keysWithoutExpiry(server: RedisServer): Promise<number> {
  return Number(await server.command('EVAL', COUNT, 0))
}
