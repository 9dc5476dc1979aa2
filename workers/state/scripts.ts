/**
 * What is done in Redis at once, so that nothing comes in between. A shelf is a hash:
 *
 *     [{"id":…},…]       facts as JSON, with an empty value: those of one round, or of the store
 *     .born              when this hash came into being, in microseconds: it names this life of it
 *     .puts              how often facts were put here: who has seen as many has seen all
 *     .filled            what the store had of it at birth is here too
 *     .documented        the same of names of documents
 *     .version           of the last round that claimed its documents
 *     .names             of the documents that it claimed, one a line
 *     .stale             names of other documents from before, each with the version that it was written with, one a line
 *
 * and beside them there is one hash that says whether the store has been refreshed since this state was last empty. Numbers of
 * Lua are doubles: microseconds, doubled, are exact until the year 2112.
 */

const now = `
local time = redis.call('TIME')
local micros = string.format('%.0f', time[1] * 1000000 + time[2])
`;

/** KEYS: state, shelves. ARGV: milliseconds to live, facts of each shelf. @returns the version; the birth of shelves that were born here; puts of each */
export const put = `${now}
local answer = {'', micros}
for i = 2, #KEYS do
  redis.call('HSET', KEYS[i], ARGV[i], '')
  answer[i + 1] = redis.call('HINCRBY', KEYS[i], '.puts', 1)
  if answer[i + 1] == 1 then redis.call('HSETNX', KEYS[i], '.born', micros) end
  redis.call('PEXPIRE', KEYS[i], ARGV[1])
end
local version = tonumber(micros) * 2
local last = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if version <= last then version = last + 2 end
answer[1] = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'version', answer[1])
redis.call('HSETNX', KEYS[1], 'born', micros)
redis.call('PEXPIRE', KEYS[1], 86400000)
return answer
`;

/**
 * KEYS: state, shelves. ARGV: milliseconds to live; of each shelf, what of it is known: its birth and its puts, or nothing. @returns birth of the state, whether it was refreshed; of each shelf its hash, or where all of it is known the birth
 * behind two letters: f where it is filled, d where it is documented
 */
export const read = `${now}
redis.call('HSETNX', KEYS[1], 'born', micros)
local answer = {redis.call('HGET', KEYS[1], 'born'), redis.call('HEXISTS', KEYS[1], 'refreshed')}
for i = 2, #KEYS do
  local key, known = KEYS[i], ARGV[i]
  local held = redis.call('HMGET', key, '.born', '.puts', '.filled', '.documented')
  if not held[1] then
    redis.call('HSET', key, '.born', micros)
    answer[i + 1] = {'.born', micros}
  elseif known == held[1] .. ' ' .. (held[2] or '0') then
    answer[i + 1] = (held[3] and 'f' or '-') .. (held[4] and 'd' or '-') .. held[1]
  else
    answer[i + 1] = redis.call('HGETALL', key)
  end
  redis.call('PEXPIRE', key, ARGV[1])
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
    redis.call('HSET', KEYS[i], '.filled', '1')
    if ARGV[i * 2] ~= '' then
      redis.call('HSET', KEYS[i], ARGV[i * 2], '')
      redis.call('HINCRBY', KEYS[i], '.puts', 1)
    end
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
  local held = redis.call('HMGET', key, '.born', '.version', '.names', '.stale')
  local last = held[2]
  if held[1] ~= born then answer[i] = 'lost'
  elseif last and tonumber(last) > tonumber(ARGV[1]) then answer[i] = 'superseded'
  else
    local stale = ''
    if held[4] or (held[3] and held[3] ~= names) or (found ~= '?' and found ~= '') then
      local versions, order = {}, {}
      local function add(name, version)
        if not versions[name] then order[#order + 1] = name; versions[name] = version end
      end
      for name, version in string.gmatch(held[4] or '', '([^\\n]+)\\n([^\\n]+)\\n') do add(name, version) end
      for name in string.gmatch(held[3] or '', '[^\\n]+') do add(name, last) end
      if found ~= '?' then for name, version in string.gmatch(found, '([^\\n]+)\\n([^\\n]+)\\n') do add(name, version) end end
      for name in string.gmatch(names, '[^\\n]+') do versions[name] = '' end
      local lines = {}
      for _, name in ipairs(order) do
        if versions[name] ~= '' then lines[#lines + 1] = name .. '\\n' .. versions[name] .. '\\n' end
      end
      stale = table.concat(lines)
    end
    redis.call('HSET', key, '.version', ARGV[1], '.names', names)
    if found ~= '?' then redis.call('HSET', key, '.documented', '1') end
    if stale ~= '' then redis.call('HSET', key, '.stale', stale) elseif held[4] then redis.call('HDEL', key, '.stale') end
    answer[i] = stale
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
