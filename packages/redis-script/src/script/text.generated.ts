// Generated from script.lua by build/script.mjs. Do not edit.
export const REDIS_TEXT: string = `local call, match, format = redis.call, string.match, string.format
local IN_PLACE = true
local name, anchor, length, limit, offset, cost = match(ARGV[1], '^(([ef])(%d+)%S*) (%d+) (%d+) (%d+)$')
local clock = call('TIME')
local micros = clock[2] + 0
local now = clock[1] * 1000 + (micros - micros % 1000) / 1000
if name then
local key, units, answer, ends, used = KEYS[1], cost + 0, nil, nil, nil
local value = redis.pcall('GET', key)
length = length + 0
local latest = anchor == 'e' and now - now % length + length or now + length
if value and #value > 0 then
ends, used = match(value, '^1;' .. name .. '=(%d+) (%d+)$')
if ends and #ends == 13 and #used < 16 then
local number, total = ends + 0, used + units
if number == latest or anchor == 'f' and number > now and number < latest then
if total > limit + 0 or units == 0 then
if micros % 64 > 0 then answer = total > limit + 0 and '0*' .. used or used end
else
answer = format('%d', total)
if IN_PLACE and #answer == #used and total % (64 * units) >= units then
call('SETRANGE', key, offset, answer)
else
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
local gmatch, sub, concat, keys = string.gmatch, string.sub, table.concat, KEYS
local values = call('MGET', unpack(keys))
local written, again = {}, ARGV[1] == 'again'
local function makeUnusual(call, keys, values, written, now, micros)
local match, gmatch, format, sub, concat = string.match, string.gmatch, string.format, string.sub, table.concat
local MAX = 9007199254740991
local NO_COUNT, OTHER_TYPE, OTHER_VERSION, TOO_MUCH, TOO_LATE = '!1', '!2', '!3', '!4', '!5'
local function endText(number)
local text = format('%d', number)
if #text < 13 and number >= 1e12 then error('this server formats numbers in 32 bits') end
return text
end
local function read(at)
local key = keys[at]
if values[at] and not written[key] then return values[at] end
local value = redis.pcall('GET', key)
if type(value) ~= 'table' then return value end
if match(value.err, 'WRONGTYPE') then return nil, OTHER_TYPE end
return call('GET', key)
end
local function parseEntry(entryName, ends, text)
local entry = {name = entryName, ends = ends + 0, text = text}
local used, rest = match(text, '^(%d+)(.*)$')
local generation, fields = '0', ''
if used and rest ~= '' then generation, fields = match(rest, '^:(%d+)(.*)$') end
if not used or not generation or fields ~= '' and sub(fields, 1, 1) ~= ':' then return entry end
used, generation = used + 0, generation + 0
if used <= MAX and generation < MAX then entry.used, entry.generation, entry.fields = used, generation, fields end
return entry
end
local function readEntries(at)
local value, failure = read(at)
if failure then return nil, failure end
local entries = {}
if not value then return entries end
local version, ends, counts = match(value, '^(%d+)(;%S+) (.+)$')
if not version then return nil, NO_COUNT end
if version ~= '1' then return nil, OTHER_VERSION end
local size, nextCount = 0, gmatch(counts .. ',', '([^,]*),')
for entryName, entryEnds in gmatch(ends, ';([%w_~]+)=(%d+)') do
local text = nextCount()
if not text or entries[entryName] or entryEnds + 0 > MAX then return nil, NO_COUNT end
local entry = parseEntry(entryName, entryEnds, text)
entries[#entries + 1], entries[entryName] = entry, entry
size = size + 2 + #entryName + #entryEnds
end
if size ~= #ends or nextCount() then return nil, NO_COUNT end
return entries
end
local function write(key, entries)
local ends, counts, latest = {}, {}, 0
for i = 1, #entries do
local entry = entries[i]
if entry.ends > now then
local text = entry.text
if entry.used then
text = format('%d', entry.used)
if entry.generation > 0 or entry.fields ~= '' then text = text .. ':' .. format('%d', entry.generation) .. entry.fields end
end
ends[#ends + 1], counts[#counts + 1] = entry.name .. '=' .. endText(entry.ends), text
if entry.ends > latest then latest = entry.ends end
end
end
if latest > 0 then
call('SET', key, '1;' .. concat(ends, ';') .. ' ' .. concat(counts, ','), 'PXAT', endText(latest))
else
call('DEL', key)
end
written[key] = true
end
local function parseWindows(text)
local windows = {}
for name, letter, length, limit, rest in gmatch(text, ';((%a)(%d*)%S*) (%d+)([^;]*)') do
local window = {name = name, limit = limit + 0, isEpoch = letter == 'e' and length ~= ''}
windows[#windows + 1] = window
if length == '' then
local longest, boundaries = match(rest, '(%d+) (.*)')
window.latest = now + longest
for boundary in gmatch(boundaries, '%d+') do
boundary = boundary + 0
if not window.ends and boundary > now then window.ends = boundary end
end
if not window.ends or now < match(boundaries, '%d+') + 0 then return false end
else
length = length + 0
window.ends = window.isEpoch and now - now % length + length or math.min(now + length, MAX)
window.latest = window.ends
end
end
return windows
end
local function take(at, windowsText, times, costs)
local windows = parseWindows(windowsText)
if not windows then return 'o' end
local entries, failure = readEntries(at)
if failure then return failure end
local taken, charges, heals, own = times, false, false, {}
for w = 1, #windows do
local window, cost = windows[w], costs[w]
local entry = entries[window.name]
if entry and entry.ends > now then
if not entry.used then return NO_COUNT end
if entry.ends > window.latest then entry.ends, heals = window.ends, true end
else
entry = {name = window.name, ends = window.ends, used = 0, generation = 0, fields = '', isNew = true}
end
own[w] = entry
local free = window.limit - entry.used
charges = charges or cost > 0
if free < 0 then
taken = 0
elseif cost > 0 and taken * cost > free then
taken = (free - math.fmod(free, cost)) / cost
end
end
local opens, counts, ends, follow = charges and taken > 0, {}, {}, true
for w = 1, #windows do
local window, entry = windows[w], own[w]
entry.used = entry.used + taken * costs[w]
counts[w], ends[w] = format('%d', entry.used), endText(entry.ends)
if entry.generation > 0 then counts[w] = counts[w] .. ':' .. format('%d', entry.generation) end
follow = follow and window.isEpoch and entry.ends == window.ends
end
if not opens and not heals and #entries > 0 and micros % 64 == 0 then
local latest, expiresIn = 0, call('PTTL', keys[at])
for i = 1, #entries do latest = math.max(latest, entries[i].ends) end
heals = expiresIn == -1 or expiresIn > latest - now + 1000
end
if opens or heals then
local kept = {}
for w = 1, #windows do
if opens or not own[w].isNew then kept[#kept + 1] = own[w] end
entries[windows[w].name] = nil
end
for i = 1, #entries do
if entries[entries[i].name] then kept[#kept + 1] = entries[i] end
end
write(keys[at], kept)
end
local answer = concat(counts, ',')
if taken < times then answer = format('%d', taken) .. '*' .. answer end
return follow and answer or answer .. '@' .. concat(ends, ',')
end
local function adjust(at, untilText, text)
local token, failure = untilText ~= '' and keys[at + 1], nil
if token then
local first
first, failure = read(at + 1)
if failure then return failure end
if first then
local lasts, result = match(first, '^1 (%d+) ([-%d:x,]+)$')
if not result then return NO_COUNT end
if lasts + 0 > now then return '=' .. result end
end
end
local entries
entries, failure = readEntries(at)
if failure then return failure end
local answer, changes, anyOpen = {}, false, false
for entryName, ends, generation, change in gmatch(text, ';(%S+) (%d+) (%d+) (-?%d+)') do
local entry, result = entries[entryName], 'x'
if entry and entry.ends > now and entry.ends == ends + 0 then
if not entry.used then return NO_COUNT end
if entry.generation == generation + 0 then
local applied = math.max(change + 0, -entry.used)
if applied > MAX - entry.used then return TOO_MUCH end
entry.used = entry.used + applied
anyOpen, changes, result = true, changes or applied ~= 0, format('%d:%d', applied, entry.used)
end
end
answer[#answer + 1] = result
end
answer = concat(answer, ',')
if token and anyOpen then
if untilText + 0 <= now then return TOO_LATE end
call('SET', token, '1 ' .. untilText .. ' ' .. answer, 'PXAT', untilText)
written[token] = true
end
if changes then write(keys[at], entries) end
return answer
end
local function clear(at, text)
local entries, failure = readEntries(at)
if failure then
call('DEL', keys[at])
written[keys[at]] = true
return 'c'
end
local named, kept = {}, {}
for entryName in gmatch(text, ';([%w_~]+)') do named[entryName] = entries[entryName] end
for i = 1, #entries do
local entry = entries[i]
local isOpen = entry.used and not match(entry.name, '^f%d')
if not named[entry.name] then
kept[#kept + 1] = entry
elseif isOpen then
entry.used, entry.generation = 0, entry.generation + 1
kept[#kept + 1] = entry
end
end
if next(named) then write(keys[at], kept) end
return 'c'
end
return {take = take, adjust = adjust, clear = clear}
end
local unusual, sets
local at, shift = 0, 0
local windows, n, outside, head, size, place, latestText, suffix = '', 0, false, '', 0, '', '', ''
local limit, latest, isEpoch, isFirstHit, pattern = 0, 0, true, false, ''
local limits, latests, epochs, ends, names, countsPattern, countsFormat = 0, 0, 0, 0, 0, '', '%d'
local costs, units, totals = {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}
for a = again and 2 or 1, #ARGV do
local kind, count, times, costsText, text = match(ARGV[a], '^([tv])(%d+) (%d+) ([%d, ]+)(.*)$')
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
finish = now - now % length + length
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
countsFormat, names, ends, suffix = '%d', name, finishText, finishText
else
if n == 2 then
limits, latests, epochs = {limit, 0, 0, 0}, {latest, 0, 0, 0}, {isEpoch, 0, 0, 0}
ends, names = {ends, 0, 0, 0}, {names, 0, 0, 0}
countsPattern = '^(%d+)'
end
limits[n], latests[n], epochs[n], ends[n], names[n] = limitText + 0, right, letter == 'e', finishText, name
countsPattern, countsFormat, suffix = countsPattern .. ',(%d+)', countsFormat .. ',%d', suffix .. ',' .. finishText
end
end
head = head .. ' '
size = #head
place = format('%d', size)
suffix = follow and '' or '@' .. suffix
pattern = isFirstHit and n == 1 and '^1;' .. names .. '=(%d+) (%d+)$'
end
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
created = created or (single and format('%d', all) or format(countsFormat, unpack(units, 1, n)))
if call('SET', keys[i], head .. created, 'PXAT', latestText, 'NX') then
answer = created .. suffix
if again then written[keys[i]] = true end
end
end
elseif single then
local used, finish
if not isFirstHit then
if sub(value, 1, size) == head then used = match(value, '^%d+$', size + 1) end
else
finish, used = match(value, pattern)
if used and (finish + 0 <= now or finish + 0 > latest or #finish ~= 13) then used = nil end
end
if used and #used < 16 then
local total = used + all
if total > limit or not charges then
if micros % 64 > 0 then
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
else
local found, base, room, full = nil, 0, true, false
local renews = not IN_PLACE
if sub(value, 1, size) == head then
found = {match(value, countsPattern .. '$', size + 1)}
else
pattern = pattern or '^1;' .. concat(names, '=(%d+);', 1, n) .. '=(%d+) ' .. sub(countsPattern, 2) .. '$'
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
elseif micros % 64 > 0 and (room or full) then
answer = concat(found, ',', base + 1, base + n)
if full then answer = '0*' .. answer end
end
if answer and suffix ~= '' then answer = answer .. (base > 0 and '@' .. concat(found, ',', 1, n) or suffix) end
end
end
if not answer then
unusual = unusual or makeUnusual(call, keys, values, written, now, micros)
if single then costs[1] = one end
answer = unusual.take(i, windows, times, costs)
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
values[at + shift] = unusual.clear(at, ARGV[a])
end
end
end
return 'r' .. clock[1] .. ':' .. clock[2] .. ' ' .. concat(values, ' ', 1, at + shift)
`
export const REDIS_SHA = 'f7a3868854a09cb616286a65bb40af104e7c7909'
export const UPSTASH_TEXT: string = `#!lua flags=allow-key-locking\n${REDIS_TEXT.replace('IN_PLACE = true', 'IN_PLACE = false')}`
export const UPSTASH_SHA = '9a5aaef3031f935c0b0dc8b0a808fb4fe59e7467'
