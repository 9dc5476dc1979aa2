/**
 * What is done in Redis at once, so that nothing comes in between. A shelf is a hash:
 *
 *     [{"id":…},…]       facts as JSON, with an empty value: those of one round, or of the store
 *     .born              when this hash came into being, in microseconds: it names this life of it
 *     .filled            what the store had of it at birth is here too
 *     .documented        the same of names of documents
 *     .version           of the last round that claimed its documents
 *     d<index> <_id>     a document, and the version that it was written with
 *
 * and beside them there is one hash that says whether the store has been refreshed since this state was last empty. Numbers of
 * Lua are doubles: microseconds, doubled, are exact until the year 2112.
 */

const now = `
local time = redis.call('TIME')
local micros = string.format('%.0f', time[1] * 1000000 + time[2])
`;

/** KEYS: state, shelves. ARGV: milliseconds to live, facts of each shelf. @returns the version */
export const put = `${now}
for i = 2, #KEYS do
  redis.call('HSET', KEYS[i], ARGV[i], '')
  redis.call('HSETNX', KEYS[i], '.born', micros)
  redis.call('PEXPIRE', KEYS[i], ARGV[1])
end
local version = tonumber(micros) * 2
local last = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if version <= last then version = last + 2 end
version = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'version', version)
redis.call('HSETNX', KEYS[1], 'born', micros)
redis.call('PEXPIRE', KEYS[1], 86400000)
return version
`;

/** KEYS: state, shelves. ARGV: milliseconds to live. @returns birth of the state, whether it was refreshed, the hash of each shelf */
export const read = `${now}
redis.call('HSETNX', KEYS[1], 'born', micros)
local answer = {redis.call('HGET', KEYS[1], 'born'), redis.call('HEXISTS', KEYS[1], 'refreshed')}
for i = 2, #KEYS do
  redis.call('HSETNX', KEYS[i], '.born', micros)
  redis.call('PEXPIRE', KEYS[i], ARGV[1])
  answer[i + 1] = redis.call('HGETALL', KEYS[i])
end
return answer
`;

/** KEYS: state. ARGV: its birth */
export const refreshed = `
if redis.call('HGET', KEYS[1], 'born') == ARGV[1] then redis.call('HSET', KEYS[1], 'refreshed', '1') end
`;

/** KEYS: shelves. ARGV: birth and facts of each; facts are empty where there are none. */
export const fill = `
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], '.born') == ARGV[i * 2 - 1] then
    if ARGV[i * 2] ~= '' then redis.call('HSET', KEYS[i], ARGV[i * 2], '') end
    redis.call('HSET', KEYS[i], '.filled', '1')
  end
end
`;

/**
 * KEYS: shelves. ARGV: version; of each: birth, names that are written, names and versions that were found in the store ('?'
 * where that is not known), one a line. @returns of each 'lost', 'superseded', or names and versions, one a line
 */
export const claim = `
local answer = {}
for i = 1, #KEYS do
  local key, born, names, found = KEYS[i], ARGV[i * 3 - 1], ARGV[i * 3], ARGV[i * 3 + 1]
  local last = redis.call('HGET', key, '.version')
  if redis.call('HGET', key, '.born') ~= born then answer[i] = 'lost'
  elseif last and tonumber(last) > tonumber(ARGV[1]) then answer[i] = 'superseded'
  else
    redis.call('HSET', key, '.version', ARGV[1])
    if found ~= '?' then
      redis.call('HSET', key, '.documented', '1')
      for name, version in string.gmatch(found, '([^\\n]+)\\n([^\\n]+)\\n') do redis.call('HSETNX', key, 'd' .. name, version) end
    end
    local wanted, stale = {}, {}
    for name in string.gmatch(names, '[^\\n]+') do wanted['d' .. name] = true end
    if last or found ~= '?' then
      for _, field in ipairs(redis.call('HKEYS', key)) do
        if string.sub(field, 1, 1) == 'd' and not wanted[field] then
          stale[#stale + 1] = string.sub(field, 2) .. '\\n' .. redis.call('HGET', key, field) .. '\\n'
        end
      end
    end
    for field in pairs(wanted) do redis.call('HSET', key, field, ARGV[1]) end
    answer[i] = table.concat(stale)
  end
end
return answer
`;

/** KEYS: shelves. ARGV: version, milliseconds to live where nothing more is likely to come; of each: birth, '1' where that is so. @returns how many are gone */
export const settle = `
local lost = 0
for i = 1, #KEYS do
  local held = redis.call('HMGET', KEYS[i], '.born', '.version')
  if held[1] ~= ARGV[i * 2 + 1] then lost = lost + 1
  elseif ARGV[i * 2 + 2] == '1' and held[2] == ARGV[1] then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
return lost
`;
