import { type Command, upper } from './request.ts'

/** Answers as SCAN does, with each key's type behind the key. TYPE answers with a status, which Lua sees as a table. */
const SCAN_WITH_TYPE = Buffer.from(`local reply = redis.pcall('SCAN', unpack(ARGV))
if reply.err then return reply end
local typed = {}
for _, key in ipairs(reply[2]) do
  typed[#typed + 1] = key
  typed[#typed + 1] = redis.call('TYPE', key).ok
end
return { reply[1], typed }`)

/**
 * Upstash's `SCAN cursor … WITHTYPE` in words of Redis, or undefined for any other command. It is a script, so that it
 * takes one place in a pipeline or a transaction, and no key changes its type in between.
 */
export function scanWithType([name, cursor, ...options]: Command): Command | undefined {
  if (upper(name) !== 'SCAN' || cursor === undefined) return undefined
  const at = indexOfFlag(options)
  if (at === -1) return undefined
  const args = [cursor, ...options.slice(0, at), ...options.slice(at + 1)]
  return [Buffer.from('EVAL'), SCAN_WITH_TYPE, Buffer.from('0'), ...args]
}

/** All other options of SCAN have a value, which may be this very word. */
function indexOfFlag(options: readonly Buffer[]): number {
  let at = 0
  while (at < options.length) {
    const option = options[at]
    if (option !== undefined && upper(option) === 'WITHTYPE') return at
    at += 2
  }
  return -1
}
