/**
 * The one script. A counter is a string `resetAt:used`: its value says which window it counts, so that no decision hangs
 * on when Redis gets round to expiring the key. The expiry only cleans up. It is set together with a window's first units,
 * and each run looks after those of one identifier that it meets, so that one that got lost comes back.
 *
 * take:   KEYS = every counter of every take, in order.
 *         ARGV = 'take' ('take again' if a key comes twice), then for each run of takes that are alike: 'count cost times
 *                windows', and for each window 'limit windowMs', with ' f' behind it if it is first-hit.
 *         Reply: now, then for each take: taken, and for each window: used, and resetAt if it is first-hit (an epoch
 *                window's end follows from now). A take that failed is one string, the reason.
 * refund: KEYS = the counters; ARGV = 'refund', cost, and for each counter the resetAt of its window.
 *         Reply: now, and for each counter the units given back.
 */
const TEXT: string = `local call, match, format = redis.call, string.match, string.format
local MAX = 9007199254740991
-- integers from here on are sent as text: ioredis rounds the last 57 below 2^53
local TEXTUAL = 9007199254740900
local clock = call('TIME')
local now = clock[1] * 1000 + (clock[2] - clock[2] % 1000) / 1000
local values = call('MGET', unpack(KEYS))
local reply = {now}

-- used, resetAt and where used begins; nothing if the value is none of ours
local function parse(value)
  local resetAt, used = match(value, '^(%d+):(%d+)$')
  if not used then return end
  local at = #resetAt + 1
  resetAt, used = tonumber(resetAt), tonumber(used)
  -- with zeros before its digits, the next count would not fit into the place of this one
  if used <= MAX and resetAt <= MAX and value == format('%d:%d', resetAt, used) then return used, resetAt, at end
end

local function write(key, used, resetAt)
  call('SET', key, format('%d:%d', resetAt, used), 'PXAT', format('%d', resetAt))
end

if ARGV[1] == 'refund' then
  local cost = tonumber(ARGV[2])
  for i = 1, #KEYS do
    local given = 0
    if values[i] then
      local used, resetAt = parse(values[i])
      if used and resetAt > now and resetAt == tonumber(ARGV[i + 2]) then
        given = used < cost and used or cost
        if given > 0 then write(KEYS[i], used - given, resetAt) end
      end
    end
    reply[i + 1] = given < TEXTUAL and given or format('%d', given)
  end
  return reply
end

local written = ARGV[1] == 'take again' and {} -- what this run wrote, where keys come again
-- from which key on the first identifier met is looked after: by chance, so that each has its turn
local care = clock[2] % #KEYS
local windows = {}
local arg, key, out, size = 2, 0, 1, #ARGV

-- one take, of n windows, whatever it meets
local function take(cost, times, n)
  local taken, missing, met, failure = times, false, false, nil
  for w = 1, n do
    local window, value = windows[w], written and written[KEYS[key + w]] or values[key + w]
    local used, resetAt, at = 0, window.ends, false
    if value then
      local own = match(value, window.own)
      if own and #own < 16 then
        used, at = tonumber(own), window.ownAt
      else
        local storedUsed, storedEnd, storedAt = parse(value)
        if not storedUsed then
          failure = 'the counter holds no count'
        elseif storedEnd > resetAt then
          -- the clock was turned back: the window must not last longer than its length
          write(KEYS[key + w], storedUsed, resetAt)
          used, at = storedUsed, window.ownAt
        elseif storedEnd > now then
          used, resetAt, at = storedUsed, storedEnd, format('%d', storedAt)
        else
          at = '0'
        end
      end
      met = true
      if at and care < key + n then
        local ttl = call('PTTL', KEYS[key + w])
        if (ttl < 0 or ttl > window.length) and at == '0' then
          call('PEXPIREAT', KEYS[key + w], format('%d', resetAt))
        elseif ttl < 0 or ttl > window.length then
          -- PEXPIREAT would delete it if its window ended while the script ran, and what is written into its place were junk
          write(KEYS[key + w], used, resetAt)
        end
      end
    else
      missing = true
    end
    window.used, window.resetAt, window.at = used, resetAt, at
    local free = window.limit - used
    if free < 0 then
      taken = 0
    elseif cost > 0 and taken * cost > free then
      taken = (free - math.fmod(free, cost)) / cost
    end
  end

  if met and care < key + n then care = MAX end
  local units = taken * cost
  if missing and not failure then
    -- another type of value reads as none: a write that only creates, or a look, tells them apart before anything is taken
    for w = 1, n do
      local name = KEYS[key + w]
      local there = windows[w].at
      if not there and units == 0 then
        if call('EXISTS', name) == 1 then failure = 'the counter is of another type' end
      elseif not there and call('SET', name, format('%d:%d', windows[w].ends, units), 'PXAT', format('%d', windows[w].ends), 'NX') then
        if written then written[name] = format('%d:%d', windows[w].ends, units) end
      elseif not there then
        failure = 'the counter is of another type'
        for created = 1, w - 1 do
          if not windows[created].at then
            call('DEL', KEYS[key + created])
            if written then written[KEYS[key + created]] = nil end
          end
        end
        break
      end
    end
  end

  out = out + 1
  if failure then
    reply[out] = failure
  else
    reply[out] = taken < TEXTUAL and taken or format('%d', taken)
    for w = 1, n do
      local window = windows[w]
      local total, resetAt, at = window.used + units, window.resetAt, window.at
      if units > 0 and at then
        local name = KEYS[key + w]
        if at == '0' then write(name, total, resetAt) else call('SETRANGE', name, at, format('%d', total)) end
        if written then written[name] = format('%d:%d', resetAt, total) end
      end
      out = out + 1
      reply[out] = total < TEXTUAL and total or format('%d', total)
      if window.firstHit then
        out = out + 1
        reply[out] = resetAt < TEXTUAL and resetAt or format('%d', resetAt)
      end
    end
  end
end

-- of each window, for the usual take: how its value reads, where the units begin, and the most they may come to
local owns, ats, tops, totals = {}, {}, {}, {}

while arg <= size do
  local count, cost, times, n = match(ARGV[arg], '^(%d+) (%d+) (%d+) (%d+)$')
  count, cost, times, n = tonumber(count), tonumber(cost), tonumber(times), tonumber(n)
  for w = 1, n do
    local limit, length, firstHit = match(ARGV[arg + w], '^(%d+) (%d+) ?(f?)')
    firstHit, length = firstHit == 'f', tonumber(length)
    local ends = now - now % length + length -- in this order: now + length may be beyond 2^53
    if firstHit then ends = now + length < MAX and now + length or MAX end
    local head = format('%d:', ends)
    if tonumber(match(head, '%d+')) ~= ends then return redis.error_reply('ERR this server formats numbers in 32 bits') end
    windows[w] = {
      limit = tonumber(limit), length = length, firstHit = firstHit, ends = ends,
      own = '^' .. head .. '([1-9]%d*)$', -- how a value of the window that ends then reads
      ownAt = #head == 14 and '14' or format('%d', #head),
      -- and of one take: units used, end of the window, and where in the stored value the units begin: '0' if it is
      -- another window's, false if there is none. Text, as numbers are slow to pass to a command.
      used = 0, resetAt = 0, at = false
    }
    owns[w], ats[w], tops[w] = windows[w].own, windows[w].ownAt, math.min(windows[w].limit, TEXTUAL - 1)
  end
  arg = arg + 1 + n
  local all = cost * times
  local plain = not written and all > 0

  for _ = 1, count do
    -- the usual take, apart as that is far quicker: its counters are of the present windows and have room for all of it
    local w = plain and care >= key + n and 1 or MAX
    while w <= n do
      local used = values[key + w] and match(values[key + w], owns[w])
      local total = used and used + all
      if total and total <= tops[w] then
        totals[w], w = total, w + 1
      else
        w = MAX
      end
    end
    if w == MAX then
      take(cost, times, n)
    else
      out = out + 1
      reply[out] = times
      for w = 1, n do
        local name, at, total, resetAt = KEYS[key + w], ats[w], totals[w], windows[w].ends
        call('SETRANGE', name, at, format('%d', total))
        out = out + 1
        reply[out] = total
        if windows[w].firstHit then
          out = out + 1
          reply[out] = resetAt < TEXTUAL and resetAt or format('%d', resetAt)
        end
      end
    end
    key = key + n
  end
end
return reply
`

/** A script's text and the SHA-1 that a server knows it by. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** For Redis and Valkey. */
export const REDIS_SCRIPT: Script = { text: TEXT, sha: '3d160218ca2656812c3412342db8acb69d0b0320' }

/**
 * For Upstash, which locks the whole database for a script unless it says that it only touches the keys it declares; Redis
 * itself refuses that flag. And always with SET: SETRANGE is quicker, but right only where keys do not expire while a
 * script runs, as in Redis.
 */
export const UPSTASH_SCRIPT: Script = {
  text: `#!lua flags=allow-key-locking\n${TEXT.replaceAll("call('SETRANGE', name, at, format('%d', total))", 'write(name, total, resetAt)')}`,
  sha: 'a1ea75b6c8781e125efd419ef4d066cc95097244',
}
