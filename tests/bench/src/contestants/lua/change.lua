-- A name becomes first and last, a price becomes cents, the legacy number goes.
for _, key in ipairs(KEYS) do
  local item = redis.call('HMGET', key, 'name', 'price')
  if item[1] then
    local first, last = string.match(item[1], '^(%S*) (.*)$')
    local whole, part = string.match(item[2], '^(%d+)%.(%d%d)$')
    redis.call('HSET', key, 'first', first, 'last', last, 'price_cents', whole * 100 + part)
    redis.call('HDEL', key, 'name', 'price', 'legacy')
  end
end
return #KEYS
