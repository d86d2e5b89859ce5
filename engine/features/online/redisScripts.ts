/** A row in Redis is `EVENT CREATED PLACE VALUES`: times in µs, values as JSON. */
const times = `local function times(row)
  local event, created, place = string.match(row, '^(%S+) (%S+) (%S+) ')
  return tonumber(event), tonumber(created), tonumber(place)
end
`;

/** KEYS: of rows. ARGV, for each: the row, and when it may go (ms since 1970; 0: never). Returns how many were taken. */
export const putLatestScript = `${times}
local taken = 0
for i, key in ipairs(KEYS) do
  local row, till = ARGV[2 * i - 1], ARGV[2 * i]
  local event, created, place = times(row)
  local old = redis.call('GET', key)
  local take = true
  if old then
    local e, c, p = times(old)
    take = event > e or (event == e and (created > c or (created == c and place >= p)))
  end
  if take then
    redis.call('SET', key, row)
    if till ~= '0' then redis.call('PEXPIREAT', key, till) end
    taken = taken + 1
  end
end
return taken`;

/** The first number that no event has behind its id; all before it are taken. */
const freeNumber = `local function free(hash, id)
  local low, high = -1, 0
  while redis.call('HEXISTS', hash, id .. high) == 1 do low, high = high, 2 * high + 1 end
  while high - low > 1 do
    local middle = math.floor((low + high) / 2)
    if redis.call('HEXISTS', hash, id .. middle) == 1 then low = middle else high = middle end
  end
  return high
end
`;

/**
 * KEYS: for each row the sorted set of its entity's events and the hash of what they hold; then, of a push that may be
 * repeated, the key that says it was taken. ARGV: the time up to which events are forgotten (µs), how long that key stays
 * (ms), then for each row the id, the row, when its entity's events may go, and 1 where a number comes behind the id. Returns how many were taken.
 */
export const putEventsScript = `${times}${freeNumber}
local taken = 0
local rows = (#ARGV - 2) / 4
local first = true
local once = KEYS[2 * rows + 1]
if once then first = redis.call('SET', once, '1', 'NX', 'PX', ARGV[2]) and true or false end
for i = 1, rows do
  local set, hash = KEYS[2 * i - 1], KEYS[2 * i]
  local id, row, till, another = ARGV[4 * i - 1], ARGV[4 * i], tonumber(ARGV[4 * i + 1]), ARGV[4 * i + 2] == '1'
  local event, created, place = times(row)
  local take = first or not another
  if take and another then id = id .. free(hash, id) end
  local old = take and redis.call('HGET', hash, id)
  if old then
    local _, c, p = times(old)
    take = created > c or (created == c and place >= p)
  end
  if take then
    redis.call('ZADD', set, string.format('%.0f', event), id)
    redis.call('HSET', hash, id, row)
  end
  if take or (another and not first) then taken = taken + 1 end
  local forgotten = tonumber(ARGV[1])
  local gone = redis.call('ZRANGEBYSCORE', set, '-inf', ARGV[1])
  for _, old in ipairs(gone) do
    local _, c = times(redis.call('HGET', hash, old))
    if c <= forgotten then
      redis.call('ZREM', set, old)
      redis.call('HDEL', hash, old)
    end
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
