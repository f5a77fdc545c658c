-- Compares everything first, writes after: a failed script is not undone.
-- KEYS: the keys to compare, then the keys that are written.
-- ARGV: how many keys to compare; 'PEXPIRETIME', or 'PTTL' where the server lacks it;
--       for each of them what is expected: '' for absent, '=TEXT' for a string, else the SHA-1 of its DUMP,
--       and its expiry: Unix milliseconds, '-1' for none, '' for any;
--       then each command: its number of words, the words.
-- Returns {'changed', {numbers of changed keys}}, {'applied', {replies}}, {'failed', why} if the first command was refused
-- and nothing was done, or, as EXEC does, {'partly', {numbers of refused commands}, why the first was} with all others done.
if redis.replicate_commands then redis.replicate_commands() end

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function expiry(key)
  if ARGV[2] == 'PEXPIRETIME' then return redis.call('PEXPIRETIME', key) end
  local before, left, after
  repeat
    before, left, after = clock(), redis.call('PTTL', key), clock()
  until before == after
  return left < 0 and left or before + left
end

local function same(key, expected, expires)
  if string.sub(expected, 1, 1) == '=' then
    return redis.call('GET', key) == string.sub(expected, 2)
  end
  local payload = redis.call('DUMP', key)
  if not payload then return expected == '' end
  if redis.sha1hex(payload) ~= expected then return false end
  return expires == '' or expiry(key) == tonumber(expires)
end

local at, changed = 3, {}
for number = 1, tonumber(ARGV[1]) do
  if not same(KEYS[number], ARGV[at], ARGV[at + 1]) then changed[#changed + 1] = number end
  at = at + 2
end
if #changed > 0 then return {'changed', changed} end

local replies, count, refused, why = {}, 0, {}, nil
while at <= #ARGV do
  local words = tonumber(ARGV[at])
  local reply = redis.pcall(unpack(ARGV, at + 1, at + words))
  count = count + 1
  if type(reply) == 'table' and reply.err then
    if count == 1 then return {'failed', reply.err} end
    refused[#refused + 1], why = count, why or reply.err
  end
  replies[count] = reply
  at = at + 1 + words
end
if #refused > 0 then return {'partly', refused, why} end
return {'applied', replies}
