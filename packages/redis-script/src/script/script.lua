-- The one script: applies a list of operations to the counters of identifiers, in order. The build strips comments and indentation.
--
-- All windows of one identifier share one key. Its value is '1' (the layout version) and one entry for each window:
--
--   1;e60000=1768480260000:5;f1000=1768480231500:2:1
--
-- ;NAME=END:USED, then :GENERATION unless it is 0, then fields that are unknown here and kept. The value says when its windows
-- end, so that no decision depends on the expiry, which is the latest of the ends. Entries of windows that an operation does not
-- name are kept until they end.
--
-- ARGV of a lone take of one window, once, which is not of a calendar:
--   'NAME LIMIT OFFSET COST'    offset: where the units begin in a value of this window alone, if the end has 13 digits
-- ARGV of a list, in the order of the operations, each of which has one key (and one more for its token):
--   'tCOUNT TIMES COST,COST;NAME LIMIT;NAME LIMIT LONGEST END,END'    COUNT takes that are alike; the windows are
--                               left out where they are those of the takes before; longest and ends belong to calendars
--   'aUNTIL;NAME END GENERATION CHANGE;...'    an adjustment; until when its token is kept, if it has one
--   'c;NAME;NAME'               a clear
--
-- Reply: 'rSECONDS:MICROSECONDS', the server's clock, then for each operation a space and
--   a take    'TIMES*USED@END#GENERATION,USED...'    without the times if all were taken, without an end that follows
--             from the clock (epoch windows), without generation 0; 'o' if the clock is outside of a calendar's ends
--   an adjustment  'APPLIED:USED,x,...', x for a window that ended, with '=' before it if it is the result of an earlier one
--   a clear   'c'
--   a failure '!1' and so on, see failures.ts

local call, match, format = redis.call, string.match, string.format
local MAX = 9007199254740991
local IN_PLACE = true -- the build makes this false for Upstash, where a key may expire while a script runs
local clock = call('TIME')
local micros = clock[2] + 0
local now = clock[1] * 1000 + (micros - micros % 1000) / 1000

-- Text of an end. Everything that is stored has passed by here once.
local function endText(number)
  local text = format('%d', number)
  if text + 0 ~= number then error('this server formats numbers in 32 bits') end
  return text
end

-- A lone take of one window, before anything is made that it does not need.
local name, anchor, length, limit, offset, cost = match(ARGV[1], '^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')
if name then
  local answer, stop
  local units = cost + 0
  local value = redis.pcall('GET', KEYS[1])
  length = length + 0
  local latest = anchor == 'e' and now - now % length + length or now + length
  if not value then
    if latest < 1e13 and units <= limit + 0 then
      stop, answer = endText(latest), cost
      if units > 0 then call('SET', KEYS[1], '1;' .. name .. '=' .. stop .. ':' .. cost, 'PXAT', stop) end
    end
  elseif type(value) == 'string' then
    local used
    stop, used = match(value, '^1;' .. name .. '=(%d+):([1-9]%d*)$')
    if stop and #stop == 13 and #used < 16 then
      local ends, total = stop + 0, used + units
      if ends == latest or anchor == 'f' and ends > now and ends < latest then
        if total > limit + 0 or units == 0 then
          if micros % 64 > 0 then answer = (total > limit + 0 and '0*' or '') .. used end
        elseif total % (64 * units) >= units then
          answer = format('%d', total)
          if IN_PLACE then
            call('SETRANGE', KEYS[1], offset, answer)
          else
            call('SET', KEYS[1], '1;' .. name .. '=' .. stop .. ':' .. answer, 'PXAT', stop)
          end
        end
      end
    end
  end
  if answer then
    if anchor == 'f' then answer = answer .. '@' .. stop end
    return 'r' .. clock[1] .. ':' .. clock[2] .. ' ' .. answer
  end
end

local gmatch, concat = string.gmatch, table.concat
local NO_COUNT, OTHER_TYPE, OTHER_VERSION, TOO_MUCH, TOO_LATE, OTHER_CHANGE = '!1', '!2', '!3', '!4', '!5', '!6'
local values = call('MGET', unpack(KEYS))
local written = {} -- keys that this list wrote: what was read at first holds no more

-- Stored values, as read and written by all that is not usual.

-- What a key holds, false if nothing; or nil and a failure.
local function read(at)
  local key = KEYS[at]
  if values[at] and not written[key] then return values[at] end
  local value = redis.pcall('GET', key)
  if type(value) ~= 'table' then return value end
  if match(value.err, 'WRONGTYPE') then return nil, OTHER_TYPE end
  return call('GET', key) -- fails again, for all
end

-- The entry's text as a table; what can't be read has only its text.
local function parseEntry(text)
  local ends, used, rest = match(text, '^(%d+):(%d+)(.*)$')
  if not ends then return {text = text} end
  local generation, fields = 0, ''
  if rest ~= '' then
    generation, fields = match(rest, '^:(%d+)(.*)$')
    if not generation or fields ~= '' and fields:sub(1, 1) ~= ':' then return {text = text} end
  end
  ends, used, generation = ends + 0, used + 0, generation + 0
  if ends > MAX or used > MAX or generation > MAX then return {text = text} end
  return {text = text, ends = ends, used = used, generation = generation, fields = fields}
end

-- The entries of a value by name, and in order; or nil and a failure. None at all for a key that is not there.
local function parse(value)
  local entries = {}
  if not value then return entries end
  local version, length = match(value, '^(%d+);'), 1
  if not version then return nil, NO_COUNT end
  if version ~= '1' then return nil, OTHER_VERSION end
  for entryName, text in gmatch(value, ';([%w_~]+)=([^;]*)') do
    if entries[entryName] then return nil, NO_COUNT end
    local entry = parseEntry(text)
    entry.name = entryName
    entries[#entries + 1], entries[entryName] = entry, entry
    length = length + 2 + #entryName + #text
  end
  if length ~= #value then return nil, NO_COUNT end
  return entries
end

local function readEntries(at)
  local value, failure = read(at)
  if failure then return nil, failure end
  return parse(value)
end

local function isOpen(entry)
  return entry and entry.ends and entry.ends > now
end

-- Stores the entries that are still open, and those that can't be read beside them, with the latest end as expiry.
local function write(key, entries)
  local parts, latest = {'1'}, 0
  for i = 1, #entries do
    local entry = entries[i]
    local text = entry.text
    if isOpen(entry) then
      text = endText(entry.ends) .. ':' .. format('%d', entry.used)
      if entry.generation > 0 or entry.fields ~= '' then
        text = text .. ':' .. format('%d', entry.generation) .. entry.fields
      end
      if entry.ends > latest then latest = entry.ends end
    elseif entry.ends then
      text = nil
    end
    if text then parts[#parts + 1] = ';' .. entry.name .. '=' .. text end
  end
  if latest > 0 then
    call('SET', key, concat(parts), 'PXAT', endText(latest))
  else
    call('DEL', key)
  end
  written[key] = true
end

-- Takes. A run is a row of takes that are alike; 'windows' are its windows, of which there are n.

local windows, n, pattern, outside = {}, 0, '', false
local times, costs, units = 0, {}, {}
local charges, fits, stride, watched = false, false, 0, 1

local function setWindows(text)
  n, pattern, outside = 0, '^1', false
  for windowName, kind, windowLength, windowLimit, rest in gmatch(text, ';((%a)(%d*)%S*) (%d+)([^;]*)') do
    local ends, latest
    if windowLength == '' then
      local longest, boundaries = match(rest, '^ (%d+) (.*)$')
      latest = now + longest
      local first
      for boundary in gmatch(boundaries, '%d+') do
        boundary = boundary + 0
        first = first or boundary
        if boundary > now and not ends then ends = boundary end
      end
      if not ends or now < first then outside = true end
    else
      windowLength = windowLength + 0
      if kind == 'e' then
        ends = now - now % windowLength + windowLength -- in this order: now + length may be beyond 2^53
      else
        ends = now + windowLength < MAX and now + windowLength or MAX
      end
      latest = ends
    end
    n = n + 1
    windows[n] = {
      name = windowName, limit = windowLimit + 0,
      isEpoch = kind == 'e' and windowLength ~= '',
      ends = ends, latest = latest, -- when one that opens now ends, and the latest end that can be right
      seen = false -- text of an end that was found right
    }
    pattern = pattern .. ';' .. windowName .. '=(%d+):(%d+)'
  end
  pattern = pattern .. '$'
end

local function setRun(timesText, costsText)
  times, charges, fits = timesText + 0, false, true
  local w = 0
  for cost in gmatch(costsText, '%d+') do
    w = w + 1
    costs[w] = cost + 0
    units[w] = costs[w] * times
    if units[w] > windows[w].limit then fits = false end
    if units[w] > 0 and not charges then charges, stride, watched = true, 64 * units[w], w end
  end
end

-- ' USED@END#GENERATION' of window w
local function state(w, used, ends, generation)
  local text = format('%d', used)
  if not windows[w].isEpoch or ends ~= windows[w].ends then text = text .. '@' .. endText(ends) end
  if generation > 0 then text = text .. '#' .. format('%d', generation) end
  return text
end

-- One take, whatever it meets.
local function take(at)
  if outside then return 'o' end
  local entries, failure = readEntries(at)
  if failure then return failure end
  local k, healed, states = times, false, {}
  for w = 1, n do
    local window, entry = windows[w], entries[windows[w].name]
    if entry and not entry.ends then return NO_COUNT end
    if not isOpen(entry) then
      entry = {name = window.name, ends = window.ends, used = 0, generation = 0, fields = '', isNew = true}
    elseif entry.ends > window.latest then
      -- the clock was turned back: the window must not last longer than its length
      entry.ends, healed = window.ends, true
    end
    states[w] = entry
    local free, cost = window.limit - entry.used, costs[w]
    if free < 0 then
      k = 0
    elseif cost > 0 and k * cost > free then
      k = (free - math.fmod(free, cost)) / cost
    end
  end

  local answer = {}
  local opens = charges and k > 0
  for w = 1, n do
    local entry = states[w]
    entry.used = entry.used + k * costs[w]
    answer[w] = state(w, entry.used, entry.ends, entry.generation)
  end
  if not opens and not healed and micros % 64 == 0 and #entries > 0 then
    local expiresIn, latest = call('PTTL', KEYS[at]), 0
    for i = 1, #entries do
      if isOpen(entries[i]) and entries[i].ends > latest then latest = entries[i].ends end
    end
    healed = expiresIn == -1 or expiresIn > latest - now + 1000
  end
  if opens or healed then
    -- in the order of the windows, as the usual take expects
    local all = {}
    for w = 1, n do
      if opens or not states[w].isNew then all[#all + 1] = states[w] end
    end
    for w = 1, n do
      local entry = entries[windows[w].name]
      if entry then entry.isListed = true end
    end
    for i = 1, #entries do
      if not entries[i].isListed then all[#all + 1] = entries[i] end
    end
    write(KEYS[at], all)
  end
  return (k < times and format('%d', k) .. '*' or '') .. concat(answer, ',')
end

-- The usual take creates its key, or finds exactly these windows in it, in this order. Nothing where it is not usual.

local created, createdEnd, createdAnswer

local function prepareCreation()
  local parts, latest, answer = {'1'}, 0, {}
  for w = 1, n do
    local window = windows[w]
    parts[w + 1] = ';' .. window.name .. '=' .. endText(window.ends) .. ':' .. format('%d', units[w])
    answer[w] = state(w, units[w], window.ends, 0)
    if window.ends > latest then latest = window.ends end
  end
  created, createdEnd, createdAnswer = concat(parts), endText(latest), concat(answer, ',')
end

local function create(key)
  if not created then prepareCreation() end
  -- another type of value was read as none
  if not call('SET', key, created, 'PXAT', createdEnd, 'NX') then return end
  written[key] = true
  return createdAnswer
end

local totals = {}

local function usualTake(key, value)
  local found = {match(value, pattern)} -- end and units used of each window
  if not found[1] then return end
  local denied, renewed = false, not IN_PLACE
  for w = 1, n do
    local window, at = windows[w], 2 * w
    local used = found[at]
    if #used > 15 then return end
    local total = used + units[w]
    if found[at - 1] ~= window.seen then
      local ends = found[at - 1] + 0
      if ends <= now then
        found[at - 1], found[at], total, renewed = endText(window.ends), '0', units[w], true
      elseif ends > window.latest or window.isEpoch and ends ~= window.ends then
        return
      else
        window.seen = found[at - 1]
      end
    end
    totals[w] = total
    if total > window.limit then denied = true end
  end
  if denied and times > 1 then return end
  if denied or not charges then
    if micros % 64 == 0 then return end
  elseif totals[watched] % stride < units[watched] then
    return
  end

  local answer, text = '', '1'
  local writes = charges and not denied
  for w = 1, n do
    local used, ends = found[2 * w], found[2 * w - 1]
    if writes then
      used = format('%d', totals[w])
      text = text .. ';' .. windows[w].name .. '=' .. ends .. ':' .. used
    end
    if w > 1 then answer = answer .. ',' end
    answer = answer .. used
    if not windows[w].isEpoch then answer = answer .. '@' .. ends end
  end
  if writes then
    if renewed then
      local latest = 0
      for w = 1, n do latest = math.max(latest, found[2 * w - 1] + 0) end
      call('SET', key, text, 'PXAT', endText(latest))
    else
      call('SET', key, text, 'KEEPTTL')
    end
    written[key] = true
  end
  return denied and '0*' .. answer or answer
end

local function adjust(at, untilText, text)
  local token = untilText ~= '' and KEYS[at + 1]
  local names, first = {}, nil
  for entryName in gmatch(text, ';(%S+)') do names[#names + 1] = entryName end
  names = concat(names, ',')
  if token then
    local failure
    first, failure = read(at + 1)
    if failure then return failure end
    if first then
      local result = match(first, '^1;' .. names .. ' ([-%d:x,]+)$')
      if result then return '=' .. result end
      return OTHER_CHANGE
    end
  end
  local entries, failure = readEntries(at)
  if failure then return failure end
  local answer, changed, anyOpen = {}, false, false
  for entryName, ends, generation, change in gmatch(text, ';(%S+) (%d+) (%d+) (-?%d+)') do
    local entry = entries[entryName]
    if entry and not entry.ends then return NO_COUNT end
    local result = 'x'
    if isOpen(entry) and entry.ends == ends + 0 and entry.generation == generation + 0 then
      anyOpen = true
      local applied = change + 0
      if applied < -entry.used then applied = -entry.used end
      if applied > MAX - entry.used then return TOO_MUCH end
      entry.used = entry.used + applied
      if applied ~= 0 then changed = true end
      result = format('%d:%d', applied, entry.used)
    end
    answer[#answer + 1] = result
  end
  answer = concat(answer, ',')
  if token and anyOpen then
    if untilText + 0 <= now then return TOO_LATE end
    call('SET', token, '1;' .. names .. ' ' .. answer, 'PXAT', untilText)
    written[token] = true
  end
  if changed then write(KEYS[at], entries) end
  return answer
end

local function clear(at, text)
  local entries, failure = readEntries(at)
  if failure then
    call('DEL', KEYS[at])
    written[KEYS[at]] = true
    return 'c'
  end
  local left, cleared = {}, {}
  for entryName in gmatch(text, ';([%w_~]+)') do cleared[entryName] = entries[entryName] ~= nil end
  local changed = false
  for i = 1, #entries do
    local entry = entries[i]
    if not cleared[entry.name] then
      left[#left + 1] = entry
    else
      changed = true
      if isOpen(entry) and not match(entry.name, '^f%d') then
        entry.used, entry.generation = 0, entry.generation + 1
        left[#left + 1] = entry
      end
    end
  end
  if changed then write(KEYS[at], left) end
  return 'c'
end

local answers, done, at = {}, 0, 0

local function takeRun(count)
  local single = n == 1 and not outside and charges and windows[1]
  local all, top = units[1], windows[1].limit
  local isEpoch, oneName = windows[1].isEpoch, windows[1].name
  local head = '^1;' .. oneName .. '=(%d+):([1-9]%d*)$'
  local place = format('%d', #oneName + 17)
  created = nil
  for _ = 1, count do
    at = at + 1
    local key, value, answer = KEYS[at], values[at], nil
    if written[key] then value = call('GET', key) end
    if not value then
      if fits and charges and not outside then answer = create(key) end
    elseif single then
      local ends, used = match(value, head)
      if ends then
        local total = used + all
        if ends ~= single.seen and #ends == 13 then
          local number = ends + 0
          if number > now and number <= single.latest and (not isEpoch or number == single.ends) then single.seen = ends end
        end
        if ends == single.seen and #used < 16 then
          if total > top then
            if times == 1 and micros % 64 > 0 then
              answer = isEpoch and '0*' .. used or '0*' .. used .. '@' .. ends
            end
          elseif total % stride >= all then
            answer = format('%d', total)
            if IN_PLACE then
              call('SETRANGE', key, place, answer)
            else
              call('SET', key, '1;' .. oneName .. '=' .. ends .. ':' .. answer, 'PXAT', ends)
            end
            written[key] = true
            if not isEpoch then answer = answer .. '@' .. ends end
          end
        end
      end
    elseif not outside then
      answer = usualTake(key, value)
    end
    done = done + 1
    answers[done] = answer or take(at)
  end
end

if name then
  setWindows(';' .. name .. ' ' .. limit)
  setRun('1', cost)
  takeRun(1)
else
  for i = 1, #ARGV do
    local arg = ARGV[i]
    local count, timesText, costsText, text = match(arg, '^t(%d+) (%d+) ([%d,]+)(.*)$')
    if count then
      if text ~= '' then setWindows(text) end
      setRun(timesText, costsText)
      takeRun(count + 0)
    else
      local untilText
      untilText, text = match(arg, '^a(%d*)(.*)$')
      at, done = at + 1, done + 1
      if untilText then
        answers[done] = adjust(at, untilText, text)
        if untilText ~= '' then at = at + 1 end
      else
        answers[done] = clear(at, arg)
      end
    end
  end
end
return 'r' .. clock[1] .. ':' .. clock[2] .. ' ' .. concat(answers, ' ')
