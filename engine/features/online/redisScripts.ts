/** A row in Redis is `EVENT CREATED VALUES`: times in µs, values as JSON. */
const times = `local function times(row)
  local event, created = string.match(row, '^(%S+) (%S+) ')
  return tonumber(event), tonumber(created)
end
`;

/** KEYS: of rows. ARGV, for each: the row, and when it may go (ms since 1970; 0: never). Returns how many were taken. */
export const putLatestScript = `${times}
local taken = 0
for i, key in ipairs(KEYS) do
  local row, till = ARGV[2 * i - 1], ARGV[2 * i]
  local event, created = times(row)
  local old = redis.call('GET', key)
  local take = true
  if old then
    local e, c = times(old)
    take = old ~= row and (event > e or (event == e and created >= c))
  end
  if take then
    redis.call('SET', key, row)
    if till ~= '0' then redis.call('PEXPIREAT', key, till) end
    taken = taken + 1
  end
end
return taken`;

/**
 * KEYS: for each row the sorted set of its entity's events and the hash of what they hold. ARGV: the time up to which events
 * are forgotten (µs), then for each the id, the row, and when its entity's events may go. Returns how many were taken.
 */
export const putEventsScript = `${times}
local taken = 0
for i = 1, #KEYS / 2 do
  local set, hash = KEYS[2 * i - 1], KEYS[2 * i]
  local id, row, till = ARGV[3 * i - 1], ARGV[3 * i], tonumber(ARGV[3 * i + 1])
  local event, created = times(row)
  local old = redis.call('HGET', hash, id)
  local take = true
  if old then
    local e, c = times(old)
    take = old ~= row and created >= c
  end
  if take then
    redis.call('ZADD', set, string.format('%.0f', event), id)
    redis.call('HSET', hash, id, row)
    taken = taken + 1
  end
  local gone = redis.call('ZRANGEBYSCORE', set, '-inf', ARGV[1])
  for from = 1, #gone, 1000 do
    local ids = {unpack(gone, from, math.min(from + 999, #gone))}
    redis.call('ZREM', set, unpack(ids))
    redis.call('HDEL', hash, unpack(ids))
  end
  local stays = redis.call('PTTL', set)
  local now = redis.call('TIME')
  if stays < 0 or now[1] * 1000 + stays < till then
    redis.call('PEXPIREAT', set, string.format('%.0f', till))
    redis.call('PEXPIREAT', hash, string.format('%.0f', till))
  end
end
return taken`;

/** KEYS: for each entity its set and its hash. ARGV: the time (µs) after which events are asked for. Lists of id, row, id … */
export const eventsScript = `local all = {}
for i = 1, #KEYS / 2 do
  local ids = redis.call('ZRANGEBYSCORE', KEYS[2 * i - 1], '(' .. ARGV[1], '+inf')
  local found = {}
  for from = 1, #ids, 1000 do
    local part = {unpack(ids, from, math.min(from + 999, #ids))}
    local rows = redis.call('HMGET', KEYS[2 * i], unpack(part))
    for j, id in ipairs(part) do
      if rows[j] then
        found[#found + 1] = id
        found[#found + 1] = rows[j]
      end
    end
  end
  all[i] = found
end
return all`;
