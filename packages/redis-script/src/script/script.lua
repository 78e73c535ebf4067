-- Applies a list of operations to the counters of identifiers, in order. build/shorten-lua.mjs shortens what is shipped.
--
-- All windows of one identifier share one key. Its value: the layout version, each window with its end, then their counts in the
-- same order:
--
--   1;e60000=1768480260000;f1000=1768480231500 5,2:1
--
-- A count is USED, then :GENERATION unless it is 0, then fields that are unknown here and kept. The part that rarely changes
-- comes first, so that a usual take compares it as one text and writes the counts in their place. The value says when its
-- windows end: no decision
-- depends on the expiry, which is the latest of the ends. Windows that an operation does not name are kept until they end.
--
-- A token has a key behind that of its counters; its value: the layout version, until when it
-- is kept, and the first result as in the reply.
--
-- ARGV of a lone take of one window that is not of a calendar:
--   'NAME LIMIT OFFSET COST'     offset: where the count begins in a value of this window alone, if the end has 13 digits
-- ARGV of a lone take of several windows of epoch, or with windows of calendars:
-- 'hFROM LENGTH LAST SIZE HEAD COST:LIMIT,COST:LIMIT@END,END' for LENGTH from FROM on, a value of these windows begins with the
-- head,
--                  which has this size with the space behind it, and the last of them ends LAST behind FROM. The caller guesses by
--                  its clock, to save time. With the ends, if there is a calendar; and then the list that the guess stands for.
-- ARGV of a list, in the order of the operations, each of which has one key (and one more for its token):
--   'tCOUNT TIMES COST,COST;NAME LIMIT;NAME LIMIT LONGEST END,END'    COUNT takes of these costs, one for each window.
--                                Longest and ends belong to calendars. Windows are left out if they are those of the takes before.
--   'vCOUNT TIMES COST,COST COST,COST;...'    the same with different costs for each take
--   'sCOUNT TIMES COST,COST COST,COST;...'    the same for takes of one identifier, which has one key for all of them
--   'aUNTIL;NAME END GENERATION CHANGE;...'    an adjustment; until when its token is kept, if it has one
--   'c;NAME;NAME'                a clear
-- A list in which an identifier may come more than once begins with 'again'.
--
-- Reply: 'rSECONDS:MICROSECONDS', the server's clock, then for each operation a space and
--   a take         'TIMES*COUNT,COUNT@END,END'    without the times if all were taken; without the ends if all windows are of
--                  epoch and their ends follow from the clock; 'o' if the clock is outside of a calendar's ends
--   an adjustment  'APPLIED:USED,x'    x for a window that ended; '=' before it if it is the first result, repeated
--   a clear        'c'
--   a failure      '!1' and so on: see FAILURES in decode.ts

local call, match, gmatch, format, sub = redis.call, string.match, string.gmatch, string.format, string.sub
local IN_PLACE = true -- the build makes this false for Upstash, where a key may expire while a script runs
local name, anchor, length, limit, offset, cost = match(ARGV[1], '^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')
local clock = call('TIME')
local micros = clock[2] + 0
local now = clock[1] * 1000 + (micros - micros % 1000) / 1000

-- 1. A lone take, before anything is made that it does not need.

if name then
  local key, units, answer, ends, used = KEYS[1], cost + 0, nil, nil, nil
  local value = redis.pcall('GET', key)
  length = length + 0
  local latest = anchor == 'e' and now - now % length + length or now + length
  -- An error, as for another type, is an empty table.
  if value and #value > 0 then
    ends, used = match(value, '^1;' .. name .. '=(%d+) (%d+)$')
    if ends and #ends == 13 and #used < 16 then
      local number, total = ends + 0, used + units
      if number == latest or anchor == 'f' and number > now and number < latest then
        if total > limit + 0 or units == 0 then
          if (1 + micros) % 64 > 0 then answer = total > limit + 0 and '0*' .. used or used end
        else
          answer = format('%d', total)
          if IN_PLACE and #answer == #used and total % (64 * units) >= units then
            call('SETRANGE', key, offset, answer)
          else
            -- Once in 64 takes, so that a lost expiry is healed; and where the count gets longer, for which SETRANGE would reserve
            -- as much memory again.
            call('SET', key, '1;' .. name .. '=' .. ends .. ' ' .. answer, 'PXAT', ends)
          end
        end
      end
    end
  elseif not value and units <= limit + 0 and latest < 1e13 then
    ends, answer = format('%d', latest), cost
    if #ends < 13 and latest >= 1e12 then error('this server formats numbers in 32 bits') end
    if units > 0 then call('SET', key, '1;' .. name .. '=' .. ends .. ' ' .. cost, 'PXAT', ends) end
  end
  if answer then
    if anchor == 'f' then answer = answer .. '@' .. ends end
    return 'r' .. clock[1] .. ':' .. clock[2] .. ' ' .. answer
  end
  ARGV[1] = 't1 1 ' .. cost .. ';' .. name .. ' ' .. limit
end

local from, span, last, place, start = match(ARGV[1], '^h(%d+) (%d+) (%d+) (%d+) ()')
if from then
  local key, size, age, answer = KEYS[1], place + 0, now - from, nil
  local head, terms = sub(ARGV[1], start, start + size - 1), sub(ARGV[1], start + size)
  local suffixAt = string.find(terms, '@', 1, true)
  local value = redis.pcall('GET', key)
  if age >= 0 and age < span + 0 and (not value or #value > 0 and sub(value, 1, size) == head) then
    local old = value and sub(value, size + 1) or ''
    local nextCount, found, new, fits, charges, isDue = gmatch(old, '%d+'), '', '', true, false, false
    for units, limit in gmatch(terms, '(%d+):(%d+)') do
      local used = nextCount() or '0'
      local total = used + units
      if total > limit + 0 then fits = false end
      if not charges and units ~= '0' then charges, isDue = true, total % (64 * units) < units + 0 end
      if #used < 16 then found = found .. used .. ',' end
      new = new .. format('%d,', total)
    end
    found, new = sub(found, 1, -2), sub(new, 1, -2)
    if value and found ~= old then
      -- Not usual.
    elseif not fits or not charges then
      if not value or (1 + micros) % 64 > 0 then answer = fits and found or '0*' .. found end
    else
      answer = new
      if IN_PLACE and #new == #old and not isDue then
        call('SETRANGE', key, place, new)
      else
        call('SET', key, head .. new, 'PXAT', format('%d', from + last))
      end
    end
  end
  if answer then
    if suffixAt then answer = answer .. sub(terms, suffixAt) end
    return 'r' .. clock[1] .. ':' .. clock[2] .. ' ' .. answer
  end
  if ARGV[2] then
    ARGV[1], ARGV[2] = ARGV[2], nil
  else
    local nextName, costs, windows = gmatch(head, ';[^=]+'), '', ''
    for units, limit in gmatch(terms, '(%d+):(%d+)') do
      costs, windows = costs .. units .. ',', windows .. nextName() .. ' ' .. limit
    end
    ARGV[1] = 't1 1 ' .. costs .. windows
  end
end

-- 2. Lists.

local find, rep, concat, keys = string.find, string.rep, table.concat, KEYS
-- The values of the keys. An operation is answered in the place of its key, or before it.
local values = call('MGET', unpack(keys))
-- Keys that this list wrote: what was read at first holds no more. Kept where a key may come again.
local written, again = {}, ARGV[1] == 'again'

-- Everything that is not usual. Made when it is needed; the parameters spare lists without it the upvalues.
local function makeUnusual(call, keys, values, written, now, micros)
  local match, gmatch, format, sub, concat = string.match, string.gmatch, string.format, string.sub, table.concat
  local MAX = 9007199254740991
  local NO_COUNT, OTHER_TYPE, OTHER_VERSION, TOO_MUCH, TOO_LATE = '!1', '!2', '!3', '!4', '!5'

  -- Text of an end. Every end that is stored has passed by here once, or by the like in the usual ways.
  local function endText(number)
    local text = format('%d', number)
    if #text < 13 and number >= 1e12 then error('this server formats numbers in 32 bits') end
    return text
  end

  -- The value of the key at this place, false if none; or nil and a failure.
  local function read(at)
    local key = keys[at]
    if values[at] and not written[key] then return values[at] end
    local value = redis.pcall('GET', key)
    if type(value) ~= 'table' then return value end
    if match(value.err, 'WRONGTYPE') then return nil, OTHER_TYPE end
    return call('GET', key) -- fails again, and with it the list
  end

  -- A value's text before the counts, as parts 'NAME=END', their ends as numbers, and the place of each name; or a failure. Lists
  -- meet the same text again and again.
  local shapes = {[''] = {text = '', n = 0, parts = {}, ends = {}, places = {}, isOpen = true, latest = 0, latestText = ''}}
  local function parseShape(text)
    local version = match(text, '^(%d+);')
    if version ~= '1' then return version and OTHER_VERSION or NO_COUNT end
    local parts, ends, places, n, size = {0, 0, 0, 0}, {0, 0, 0, 0}, {}, 0, 1
    local isOpen, latest, latestText = true, 0, ''
    for part, name, finish in gmatch(text, ';(([%w_~]+)=(%d+))') do
      local number = finish + 0
      if places[name] or number > MAX then return NO_COUNT end
      n, size = n + 1, size + 1 + #part
      parts[n], ends[n], places[name] = part, number, n
      isOpen = isOpen and number > now
      if number > latest then latest, latestText = number, finish end
    end
    if size ~= #text then return NO_COUNT end
    return {text = text, n = n, parts = parts, ends = ends, places = places, isOpen = isOpen, latest = latest, latestText = latestText}
  end

  -- The shape of a key's value and its counts, none for a key that is not there; or nil and a failure.
  local function readCounts(at)
    local value, failure = read(at)
    if failure then return nil, failure end
    local text, countsText = match(value or ' ', '^(%S*) (.*)$')
    if not text or value and text == '' then return nil, NO_COUNT end
    local shape, counts, n, size = shapes[text], {0, 0, 0, 0}, 0, 0
    if not shape then
      shape = parseShape(text)
      shapes[text] = shape
    end
    if type(shape) == 'string' then return nil, shape end
    if not value then return shape, counts end
    for count in gmatch(countsText, '[^,]+') do
      n, size = n + 1, size + 1 + #count
      counts[n] = count
    end
    if n ~= shape.n or size ~= #countsText + 1 then return nil, NO_COUNT end
    return shape, counts
  end

  -- Units used, the generation, and the text behind the units; nothing for what is no count.
  local function parseCount(text)
    local digits, generation, rest = text, 0, ''
    if not match(text, '^%d+$') then
      digits, rest = match(text, '^(%d+)(:.+)$')
      local fields
      generation, fields = match(rest or '', '^:(%d+)(.*)$')
      if not generation or fields ~= '' and sub(fields, 1, 1) ~= ':' then return end
    end
    local used = digits + 0
    generation = generation + 0
    if used <= MAX and generation < MAX then return used, generation, rest end
  end

  -- Stores n parts and texts of counts, and behind them what else is open in the shape; with the latest end as expiry.
  local function write(key, parts, texts, n, latest, latestText, shape, counts, left)
    for i = 1, shape.n do
      if shape.ends[i] > now and not (left and left[i]) then
        n = n + 1
        parts[n], texts[n] = shape.parts[i], counts[i]
        if shape.ends[i] > latest then latest, latestText = shape.ends[i], endText(shape.ends[i]) end
      end
    end
    if n > 0 then
      call('SET', key, '1;' .. concat(parts, ';', 1, n) .. ' ' .. concat(texts, ',', 1, n), 'PXAT', latestText)
    else
      call('DEL', key)
    end
    written[key] = true
  end

  -- Stores counts that changed in their places.
  local function writeCounts(key, shape, counts)
    if not shape.isOpen then return write(key, {0, 0, 0, 0}, {0, 0, 0, 0}, 0, 0, nil, shape, counts) end
    call('SET', key, shape.text .. ' ' .. concat(counts, ',', 1, shape.n), 'PXAT', shape.latestText)
    written[key] = true
  end

  -- The windows of takes: when one that opens now ends, and the latest end that can be right. The clock is within a calendar's
  -- ends.
  local parsed = {}
  local function parseWindows(text)
    local windows = {}
    for name, letter, length, limit, rest in gmatch(text, ';((%a)(%d*)%S*) (%d+)([^;]*)') do
      local finish, latest
      if length == '' then
        local longest, boundaries = match(rest, '(%d+) (.*)')
        latest, letter = now + longest, ''
        for boundary in gmatch(boundaries, '%d+') do
          boundary = boundary + 0
          if not finish and boundary > now then finish = boundary end
        end
      else
        length = length + 0
        finish = letter == 'e' and now - now % length + length or math.min(now + length, MAX)
        latest = finish
      end
      windows[#windows + 1] = {
        name = name, limit = limit + 0, isEpoch = letter == 'e', ends = finish, endsText = endText(finish), latest = latest
      }
    end
    return windows
  end

  -- One take, whatever it meets. The nth (from 0) of its key in a row.
  local function take(at, windowsText, times, costs, nth)
    local windows = parsed[windowsText] or parseWindows(windowsText)
    parsed[windowsText] = windows
    local shape, counts = readCounts(at)
    if not shape then return counts end
    local taken, charges, heals, fits, follow, n = times, false, false, true, true, #windows
    -- Of each window: its place in the shape if it is open there, and the text behind the units.
    local places, texts, answer, ends, rests = {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}
    for w = 1, n do
      local window, cost = windows[w], costs[w]
      local place, used, generation, rest = shape.places[window.name], 0, 0, ''
      ends[w] = window.endsText
      if place and shape.ends[place] > now then
        used, generation, rest = parseCount(counts[place])
        if not used then return NO_COUNT end
        if shape.ends[place] > window.latest then
          -- The clock was turned back: a window must not last longer than its length.
          heals, fits = true, false
        else
          ends[w] = sub(shape.parts[place], #window.name + 2)
          follow = follow and shape.ends[place] == window.ends
        end
      else
        place, fits = false, false
      end
      places[w], texts[w], rests[w], answer[w] = place, used, rest, generation
      follow = follow and window.isEpoch
      local free = window.limit - used
      charges = charges or cost > 0
      if free < 0 then
        taken = 0
      elseif cost > 0 and taken * cost > free then
        taken = (free - math.fmod(free, cost)) / cost
      end
    end

    local opens = charges and taken > 0
    for w = 1, n do
      local text, generation = format('%d', texts[w] + taken * costs[w]), answer[w]
      texts[w] = text .. rests[w]
      answer[w] = generation > 0 and text .. ':' .. format('%d', generation) or text
    end
    if not opens and not heals and shape.n > 0 and (at - nth + micros) % 64 == 0 then
      local expiresIn = call('PTTL', keys[at])
      heals = expiresIn == -1 or expiresIn > shape.latest - now + 1000
    end
    answer = concat(answer, ',', 1, n)
    if taken < times then answer = format('%d', taken) .. '*' .. answer end
    if not follow then answer = answer .. '@' .. concat(ends, ',', 1, n) end
    if (opens or heals) and fits then
      for w = 1, n do counts[places[w]] = texts[w] end
      writeCounts(keys[at], shape, counts)
    elseif opens or heals then
      -- In the order of the windows, as the usual take expects.
      local parts, stored, own, left, latest, latestText = {0, 0, 0, 0}, {0, 0, 0, 0}, 0, {}, 0, nil
      for w = 1, n do
        if places[w] then left[places[w]] = true end
        if opens or places[w] then
          own = own + 1
          parts[own], stored[own] = windows[w].name .. '=' .. ends[w], texts[w]
          if ends[w] + 0 > latest then latest, latestText = ends[w] + 0, ends[w] end
        end
      end
      write(keys[at], parts, stored, own, latest, latestText, shape, counts, left)
    end
    return answer
  end

  local function adjust(at, untilText, text)
    local token = untilText ~= '' and keys[at + 1]
    if token then
      local first, failure = read(at + 1)
      if failure then return failure end
      if first then
        local lasts, result = match(first, '^1 (%d+) ([-%d:x,]+)$')
        if not result then return NO_COUNT end
        if lasts + 0 > now then return '=' .. result end
      end
    end
    local shape, counts = readCounts(at)
    if not shape then return counts end
    local answer, changes, anyOpen = '', false, false
    for name, finish, generation, change in gmatch(text, ';(%S+) (%d+) (%d+) (-?%d+)') do
      local place, result = shape.places[name], 'x'
      if place and shape.ends[place] > now and shape.ends[place] == finish + 0 then
        local used, ownGeneration, rest = parseCount(counts[place])
        if not used then return NO_COUNT end
        if ownGeneration == generation + 0 then
          local applied = change + 0
          if applied < -used then applied = -used end
          if applied > MAX - used then return TOO_MUCH end
          local new = format('%d', used + applied)
          counts[place] = new .. rest
          anyOpen, changes, result = true, changes or applied ~= 0, format('%d', applied) .. ':' .. new
        end
      end
      answer = answer == '' and result or answer .. ',' .. result
    end
    if token and anyOpen then
      if untilText + 0 <= now then return TOO_LATE end
      call('SET', token, '1 ' .. untilText .. ' ' .. answer, 'PXAT', untilText)
      written[token] = true
    end
    if changes then writeCounts(keys[at], shape, counts) end
    return answer
  end

  local function clear(at, text)
    local shape, counts = readCounts(at)
    if not shape then
      call('DEL', keys[at])
      written[keys[at]] = true
      return 'c'
    end
    local changes, left = false, {}
    for name in gmatch(text, ';([%w_~]+)') do
      local place = shape.places[name]
      if place then
        changes, left[place] = true, true
        local used, generation, rest = parseCount(counts[place])
        if used and not match(name, '^f%d') then
          local fields = match(rest, '^:%d+(.*)$') or ''
          left[place], counts[place] = false, '0:' .. format('%d', generation + 1) .. fields
        end
      end
    end
    if changes then write(keys[at], {0, 0, 0, 0}, {0, 0, 0, 0}, 0, 0, nil, shape, counts, left) end
    return 'c'
  end

  return {take = take, adjust = adjust, clear = clear}
end

-- The usual way of takes. No functions and few tables, as they are what costs most here.

local unusual, sets
local at, shift = 0, 0
-- The windows of the takes at hand: their text, how many they are, and whether the clock is outside of a calendar's ends. A
-- value that
-- has exactly these windows, in this order, with the ends that they have if they open now, begins with the head, which has this
-- size;
-- place is its text. The suffix tells the ends in a reply, where they don't follow from the clock.
local windows, n, outside, head, size, place, latestText, suffix = '', 0, false, '', 0, '', '', ''
-- Of the first window; of all windows if there are several.
local limit, latest, isEpoch, isFirstHit, pattern = 0, 0, true, false, ''
local limits, latests, epochs, ends, names, countsPattern, countsFormat = 0, 0, 0, 0, 0, '', '%d'
local costs, units, totals = nil, nil, nil

for a = again and 2 or 1, #ARGV do
  local kind, count, times, costsText, text = match(ARGV[a], '^([tvs])(%d+) (%d+) ([%d, ]+)(.*)$')
  if kind then
    if text ~= '' and text ~= windows then
      if n > 0 then
        sets = sets or {}
        sets[windows] = {n, outside, head, size, place, latestText, suffix, limit, latest, isEpoch, isFirstHit, pattern,
          limits, latests, epochs, ends, names, countsPattern, countsFormat}
      end
      windows = text
      if sets and sets[windows] then
        n, outside, head, size, place, latestText, suffix, limit, latest, isEpoch, isFirstHit, pattern,
          limits, latests, epochs, ends, names, countsPattern, countsFormat = unpack(sets[windows])
      else
        local last, follow = 0, true
        n, outside, head = 0, false, '1'
        for name, letter, length, limitText, rest in gmatch(text, ';((%a)(%d*)%S*) (%d+)([^;]*)') do
          local finish, right
          if length == '' then
            local first
            local longest, boundaries = match(rest, '(%d+) (.*)')
            for boundary in gmatch(boundaries, '%d+') do
              finish = boundary + 0
              first = first or finish
              if finish > now then break end
            end
            if first > now or finish <= now then outside = true end
            letter, right = 'c', now + longest
          else
            length = length + 0
            finish = now - now % length + length -- in this order: now + length may be beyond 2^53
            if letter == 'f' then finish = now + length < 9007199254740991 and now + length or 9007199254740991 end
            right = finish
          end
          local finishText = format('%d', finish)
          if #finishText < 13 and finish >= 1e12 then error('this server formats numbers in 32 bits') end
          if finish > last then last, latestText = finish, finishText end
          head = head .. ';' .. name .. '=' .. finishText
          follow = follow and letter == 'e'
          n = n + 1
          if n == 1 then
            limit, latest, isEpoch, isFirstHit = limitText + 0, right, letter == 'e', letter == 'f'
            names, ends = name, finishText
          else
            if n == 2 then
              -- With room, as tables that grow are slow.
              if not costs then costs, units, totals = {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0} end
              limits, latests, epochs = {limit, 0, 0, 0}, {latest, 0, 0, 0}, {isEpoch, 0, 0, 0}
              ends, names = {ends, 0, 0, 0}, {names, 0, 0, 0}
            end
            limits[n], latests[n], epochs[n], ends[n], names[n] = limitText + 0, right, letter == 'e', finishText, name
          end
        end
        head = head .. ' '
        size = #head
        place = format('%d', size)
        suffix = follow and '' or '@' .. (n == 1 and ends or concat(ends, ',', 1, n))
        pattern = isFirstHit and n == 1 and '^1;' .. names .. '=(%d+) (%d+)$'
        countsPattern, countsFormat = '^%d+$', '%d'
        if n > 1 then countsPattern, countsFormat = '^(%d+)' .. rep(',(%d+)', n - 1) .. '$', '%d' .. rep(',%d', n - 1) end
      end
    end

    if kind == 's' then
      at, count, times = at + 1, count + 0, times + 0
      local key, value, answer = keys[at], values[at], outside and 'o' .. rep(' o', count - 1)
      if again and written[key] then value = call('GET', key) end
      local single, counts, finish, isChanged = n == 1, nil, nil, false
      if answer or not value or n > 16 then
        -- Not usual.
      elseif single and isFirstHit then
        local used
        finish, used = match(value, pattern)
        if used and finish + 0 > now and finish + 0 <= latest and #finish == 13 then counts = {used} end
      elseif find(value, head, 1, true) == 1 then
        counts = {match(value, countsPattern, size + 1)}
      end
      for w = 1, n do
        local used = counts and counts[w]
        if not used or #used > 15 then
          counts = nil
          break
        end
        counts[w] = used + 0
      end
      if counts then
        local row, sums, caps, nextCost = {}, {0, 0, 0, 0}, single and {limit} or limits, gmatch(costsText, '%d+')
        local tail = finish and '@' .. finish or suffix
        for i = 1, count do
          local room, full, charges = true, false, false
          for w = 1, n do
            local one, used = nextCost() + 0, counts[w]
            local total = used + one * times
            sums[w] = total
            if one > 0 then charges = true end
            if total > caps[w] then room, full = false, full or used + one > caps[w] end
          end
          if room and charges then
            counts, sums, isChanged = sums, counts, true
          elseif not room and not full then
            counts = nil
            break
          end
          local text = single and format('%d', counts[1]) or format(countsFormat, unpack(counts, 1, n))
          if full then text = '0*' .. text end
          row[i] = tail == '' and text or text .. tail
        end
        if counts and (isChanged or (at + micros) % 64 >= count) then
          answer = concat(row, ' ')
          if isChanged then
            call('SET', key, sub(value, 1, size) .. format(countsFormat, unpack(counts, 1, n)), 'PXAT', finish or latestText)
            if again then written[key] = true end
          end
        end
      end
      if not answer then
        unusual = unusual or makeUnusual(call, keys, values, written, now, micros)
        local row, each, nextCost = {}, {0, 0, 0, 0}, gmatch(costsText, '%d+')
        for i = 1, count do
          for w = 1, n do each[w] = nextCost() + 0 end
          row[i] = unusual.take(at, windows, times, each, i - 1)
        end
        answer = concat(row, ' ')
      end
      values[at + shift] = answer
      count = 0 -- none is left for what follows
    end

    local varies, single, charges, fits, created = kind == 'v', n == 1, nil, true, nil
    local one, all, stride, watched, nextCost = 0, 0, 0, 1, (varies or n > 1) and gmatch(costsText, '%d+')
    times = times + 0
    for i = at + 1, at + count do
      if single then
        if varies or charges == nil then
          one = (varies and nextCost() or costsText) + 0
          all = one * times
          charges, fits, stride, created = all > 0, all <= limit, 64 * all, nil
        end
      elseif varies or charges == nil then
        charges, fits, created = false, true, nil
        for w = 1, n do
          one = nextCost() + 0
          all = one * times
          costs[w], units[w] = one, all
          if all > limits[w] then fits = false end
          if all > 0 and not charges then charges, stride, watched = true, 64 * all, w end
        end
      end
      local value, answer = values[i], nil
      if again and written[keys[i]] then value = call('GET', keys[i]) end
      if outside then
        answer = 'o'
      elseif not value then
        if fits and charges then
          if not created then created = single and format('%d', all) or format(countsFormat, unpack(units, 1, n)) end
          -- Another type of value was read as none.
          if call('SET', keys[i], head .. created, 'PXAT', latestText, 'NX') then
            answer = created .. suffix
            if again then written[keys[i]] = true end
          end
        end
      elseif single then
        local used, finish
        if not isFirstHit then
          if find(value, head, 1, true) == 1 then used = match(value, '^%d+$', size + 1) end
        else
          finish, used = match(value, pattern)
          if used and (finish + 0 <= now or finish + 0 > latest or #finish ~= 13) then used = nil end
        end
        if used and #used < 16 then
          local total = used + all
          if total > limit or not charges then
            if (i + micros) % 64 > 0 then
              if total <= limit then answer = used elseif used + one > limit then answer = '0*' .. used end
            end
          else
            answer = format('%d', total)
            if IN_PLACE and #answer == #used and total % stride >= all then
              call('SETRANGE', keys[i], place, answer)
            else
              call('SET', keys[i], sub(value, 1, size) .. answer, 'PXAT', finish or latestText)
            end
            if again then written[keys[i]] = true end
          end
          if answer and not isEpoch then answer = answer .. (finish and '@' .. finish or suffix) end
        end
      elseif n <= 16 then
        -- Several windows (a pattern has 32 captures), with room for all or none. The findings: the counts; before them the
        -- ends, if they are not all those of windows that open now.
        local found, base, room, full = nil, 0, true, false
        local renews = not IN_PLACE
        if sub(value, 1, size) == head then
          found = {match(value, countsPattern, size + 1)}
        else
          pattern = pattern or '^1;' .. concat(names, '=(%d+);', 1, n) .. '=(%d+) ' .. sub(countsPattern, 2)
          found, base = {match(value, pattern)}, n
        end
        for w = 1, n do
          local used, finish = found[base + w], base > 0 and found[w] or ends[w]
          if not used or #used > 15 then
            found = false
            break
          end
          if finish ~= ends[w] then
            local number = finish + 0
            if number <= now then
              found[w], found[base + w], used, renews = ends[w], '0', '0', true
            elseif number > latests[w] or epochs[w] or #finish ~= #ends[w] then
              found = false
              break
            end
          end
          local total = used + units[w]
          totals[w] = total
          if total > limits[w] then room, full = false, full or used + costs[w] > limits[w] end
        end
        if found then
          if room and charges then
            answer = format(countsFormat, unpack(totals, 1, n))
            if renews or totals[watched] % stride < units[watched] or #answer ~= #value - size then
              local parts, last, lastText = {}, 0, nil
              for w = 1, n do
                local finish = base > 0 and found[w] or ends[w]
                parts[w] = names[w] .. '=' .. finish
                if finish + 0 > last then last, lastText = finish + 0, finish end
              end
              call('SET', keys[i], '1;' .. concat(parts, ';') .. ' ' .. answer, 'PXAT', lastText)
            else
              call('SETRANGE', keys[i], place, answer)
            end
            if again then written[keys[i]] = true end
          elseif (i + micros) % 64 > 0 and (room or full) then
            answer = concat(found, ',', base + 1, base + n)
            if full then answer = '0*' .. answer end
          end
          if answer and suffix ~= '' then answer = answer .. (base > 0 and '@' .. concat(found, ',', 1, n) or suffix) end
        end
      end
      if not answer then
        unusual = unusual or makeUnusual(call, keys, values, written, now, micros)
        answer = unusual.take(i, windows, times, single and {one} or costs, 0)
      end
      values[i + shift] = answer
    end
    at = at + count
  else
    unusual = unusual or makeUnusual(call, keys, values, written, now, micros)
    at = at + 1
    local untilText, changes = match(ARGV[a], '^a(%d*)(.*)$')
    if untilText then
      values[at + shift] = unusual.adjust(at, untilText, changes)
      if untilText ~= '' then at, shift = at + 1, shift - 1 end
    else
      values[at + shift] = unusual.clear(at, match(ARGV[a], '^c(.*)$') or error('unknown operation'))
    end
  end
end
return 'r' .. clock[1] .. ':' .. clock[2] .. ' ' .. concat(values, ' ', 1, at + shift)
