import { type Command, upper } from './request.ts'

/**
 * Reads as XREADGROUP does, and deletes the consumer where this call made it: with NOACK, Upstash makes none. ARGV is the whole
 * command: `XREADGROUP GROUP group consumer … STREAMS key … id …`.
 */
const READ_WITHOUT_CONSUMER = Buffer.from(`local streams = 4
repeat streams = streams + 1 until ARGV[streams] == nil or ARGV[streams]:upper() == 'STREAMS'
local function hasConsumer(key)
  local consumers = redis.pcall('XINFO', 'CONSUMERS', key, ARGV[3])
  for _, consumer in ipairs(consumers) do
    if consumer[2] == ARGV[4] then return true end
  end
  return false
end
local fresh = {}
for at = streams + 1, streams + (#ARGV - streams) / 2 do
  if not hasConsumer(ARGV[at]) then fresh[#fresh + 1] = ARGV[at] end
end
local reply = redis.pcall(unpack(ARGV))
for _, key in ipairs(fresh) do redis.pcall('XGROUP', 'DELCONSUMER', key, ARGV[3], ARGV[4]) end
return reply`)

/**
 * A command that Upstash answers in another way than Redis, in words that make Redis answer as Upstash does; undefined for any
 * other command.
 */
export function upstashTurn(command: Command): Command | undefined {
  switch (upper(command[0])) {
    case 'COPY':
      return copyOntoItself(command)
    case 'XTRIM':
      return trimExactly(command)
    case 'XREADGROUP':
      return command.some((word) => upper(word) === 'NOACK') ? script(READ_WITHOUT_CONSUMER, command) : undefined
    default:
      return undefined
  }
}

/** Nothing is copied then, while Redis answers with an error. */
function copyOntoItself([, source, destination, ...options]: Command): Command | undefined {
  const isSame = source !== undefined && destination !== undefined && source.equals(destination)
  return isSame && !options.some((word) => upper(word) === 'DB') ? script(Buffer.from('return 0'), []) : undefined
}

/** `~` trims as `=` does. Redis takes LIMIT only beside `~`. */
function trimExactly([name, ...args]: Command): Command | undefined {
  const [key, strategy, exactness, ...rest] = args
  const isRough = exactness !== undefined && upper(exactness) === '~' && !rest.some((word) => upper(word) === 'LIMIT')
  return isRough && key !== undefined && strategy !== undefined ? [name, key, strategy, ...rest] : undefined
}

function script(text: Buffer, args: readonly Buffer[]): Command {
  return [Buffer.from('EVAL'), text, Buffer.from('0'), ...args]
}
