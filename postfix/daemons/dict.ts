/** Lookup tables, in every program (src/util/dict_*.c, src/global/dict_*.c, maps.c). */
import type { Pattern } from '../pattern.js';

/** A table that cannot be opened is `error` where the program goes on without it, `fatal` where it cannot (util/dict_surrogate.c). */
const onOpen = (patterns: readonly Pattern[]): Pattern[] =>
  (['error', 'fatal'] as const).flatMap((level) => patterns.map((pattern) => ({ ...pattern, level })));

export const dict: readonly Pattern[] = [
  // util/dict_cache.c
  {
    action: 'cache_cleanup',
    text: 'cache {table} {full|partial} cleanup: retained={count} dropped={value} entries',
    samples: [
      'cache btree:/var/lib/postfix/postscreen_cache full cleanup: retained=12 dropped=3 entries',
      'cache lmdb:/var/lib/postfix/verify_cache partial cleanup: retained=0 dropped=0 entries',
    ],
  },
  {
    action: 'cache_cleanup_planned',
    text: '{table} cache cleanup will start after {elapsed}s',
    samples: ['btree:/var/lib/postfix/verify_cache cache cleanup will start after 43199s'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: "{table}: cache lookup for '{key}' failed due to error",
    samples: ["memcache:/etc/postfix/postscreen_cache.cf: cache lookup for '192.0.2.7' failed due to error"],
  },
  {
    action: 'table_update_error',
    level: 'warning',
    text: '{table}: could not {update|delete} entry for {key}',
    samples: [
      'btree:/var/lib/postfix/postscreen_cache: could not update entry for 192.0.2.7',
      'btree:/var/lib/postfix/verify_cache: could not delete entry for user@example.com',
    ],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: '{table}: sequence error',
    samples: ['btree:/var/lib/postfix/verify_cache: sequence error'],
  },
  {
    action: 'cache_cleanup_failed',
    level: 'warning',
    text: '{table}: cache cleanup scan terminated due to error',
    samples: ['btree:/var/lib/postfix/verify_cache: cache cleanup scan terminated due to error'],
  },

  // global/maps.c, mail_addr_find.c
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table} lookup error for "{key}"',
    samples: [
      'proxy:mysql:/etc/postfix/aliases.cf lookup error for "user@example.com"',
      'ldap:/etc/postfix/ldap.cf(0,lock|fold_fix|utf8_request) lookup error for "jörg@example.com"',
    ],
  },
  {
    action: 'table_empty_result',
    level: 'warning',
    text: '{setting:word} lookup of {key} returns an empty string result',
    samples: ['virtual_alias_maps lookup of user@example.com returns an empty string result'],
  },
  {
    action: 'table_empty_result',
    level: 'warning',
    text: '{setting:word} should return NO RESULT in case of NOT FOUND',
    samples: ['virtual_alias_maps should return NO RESULT in case of NOT FOUND'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: '{setting:word} lookup of {key} returns non-address result "{value}"',
    samples: ['canonical_maps lookup of user@example.com returns non-address result "user name"'],
  },

  // maps.c, dict_file.c: tables whose values are files
  {
    action: 'table_bad_result',
    level: 'warning',
    text: 'table {table}: key {key}: {error}',
    samples: ['table hash:/etc/postfix/sni: key mail.example.com: malformed BASE64 value: abc$'],
  },

  // global/db_common.c
  {
    action: 'table_empty_result',
    level: 'warning',
    text: 'table "{table}": empty lookup result for: "{key}" -- ignored',
    samples: ['table "mysql:/etc/postfix/users.cf": empty lookup result for: "user@example.com" -- ignored'],
  },
  {
    action: 'table_empty_query',
    level: 'warning',
    text: 'table "{table}": empty query string -- ignored',
    samples: ['table "ldap:/etc/postfix/users.cf": empty query string -- ignored'],
  },
  {
    action: 'table_empty_query',
    level: 'warning',
    text: "db_common_expand: {table}: lookup key '{key}' skipped after query",
    samples: ["db_common_expand: /etc/postfix/users.cf: lookup key 'user' skipped after query"],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: "db_common_expand: {table}: invalid {query|result} template '{value}'",
    samples: ["db_common_expand: /etc/postfix/users.cf: invalid query template '%q'"],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'db_common_parse: {table}: Invalid {query|result} template: {value}',
    samples: ['db_common_parse: /etc/postfix/users.cf: Invalid query template: %q'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: "db_common_parse_domain: {table}: domain match list creation using '{value}' failed",
    samples: ["db_common_parse_domain: /etc/postfix/users.cf: domain match list creation using 'example.com' failed"],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: "db_common_sql_build_query: '{setting}' parameter not defined",
    samples: ["db_common_sql_build_query: 'select_field' parameter not defined"],
  },

  // global/dict_mysql.c
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'connect to {mysql|pgsql} server {relay_host:text}: {error}',
    samples: [
      "connect to mysql server 127.0.0.1: Can't connect to MySQL server on '127.0.0.1' (111)",
      "connect to mysql server localhost: Access denied for user 'postfix'@'localhost' (using password: YES)",
      'connect to pgsql server db.example.com: PQconnectdb or PQsetdbLogin failed',
      'connect to pgsql server db.example.com:5433: could not connect to server: Connection refused',
    ],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: '{table}: query failed{? ({})?}: {error}',
    samples: [
      "mysql:/etc/postfix/users.cf: query failed: Table 'mail.users' doesn't exist",
      'mysql:/etc/postfix/users.cf: query failed (mysql_store_result): Lost connection to MySQL server during query',
    ],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'mysql query failed: {error}',
    samples: ['mysql query failed: MySQL server has gone away'],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'dict_mysql: host ({relay_host}) cannot escape input string: >{error}<',
    samples: ['dict_mysql: host (db.example.com) cannot escape input string: >Lost connection to MySQL server<'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: "{table} 'domain' pattern match failed for '{key}'",
    samples: ["mysql:/etc/postfix/users.cf 'domain' pattern match failed for 'user@example.com'"],
  },
  {
    action: 'table_too_many_results',
    level: 'warning',
    text: "dict_{mysql|pgsql|sqlite}_lookup: {table}: Expansion limit exceeded for key{?:?} '{key}'",
    samples: [
      "dict_mysql_lookup: /etc/postfix/users.cf: Expansion limit exceeded for key: 'user@example.com'",
      "dict_sqlite_lookup: /etc/postfix/users.cf: Expansion limit exceeded for key 'user@example.com'",
    ],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_mysql: could not set TLS mode for host {relay_host:text}: {error}',
    samples: ['dict_mysql: could not set TLS mode for host db.example.com: SSL is required, but the server does not support it'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: "dict_mysql: mysql_set_character_set '{value}' failed: {error}",
    samples: ["dict_mysql: mysql_set_character_set 'utf8mb4' failed: Can't initialize character set utf8mb4"],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: 'dict_mysql: insufficient memory',
    samples: ['dict_mysql: insufficient memory'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: 'mymalloc of pldb failed',
    samples: ['mymalloc of pldb failed'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: "couldn't {initialize|intialize} pldb!{}",
    samples: ["couldn't initialize pldb!", "couldn't intialize pldb!?"],
  },

  // global/dict_pgsql.c
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'pgsql query failed: fatal error from host {relay_host:text}: {error}',
    samples: ['pgsql query failed: fatal error from host db.example.com: ERROR: relation "users" does not exist'],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'pgsql query failed: {error}, host {relay_host:text}',
    samples: ['pgsql query failed: protocol error, host db.example.com'],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'pgsql query failed: {error} from host {relay_host:text}',
    samples: ['pgsql query failed: unknown code 0x63 from host db.example.com'],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'dict pgsql: (host {relay_host:text}) cannot escape input string: {error}',
    samples: ['dict pgsql: (host db.example.com) cannot escape input string: invalid byte sequence for encoding "UTF8"'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_pgsql: cannot set the encoding to {value}, skipping {relay_host:text}',
    samples: ['dict_pgsql: cannot set the encoding to UTF8, skipping db.example.com'],
  },

  // global/dict_sqlite.c
  {
    action: 'table_query_error',
    level: 'warning',
    text: "dict_sqlite_lookup: {table}: SQL step failed for query '{value}': {error}",
    samples: ["dict_sqlite_lookup: /etc/postfix/users.cf: SQL step failed for query 'SELECT a FROM b': database is locked?"],
  },
  {
    action: 'table_query_error',
    level: 'fatal',
    text: 'dict_sqlite_lookup: {table}: SQL prepare failed: {error}',
    samples: ['dict_sqlite_lookup: /etc/postfix/users.cf: SQL prepare failed: no such table: users?'],
  },
  {
    action: 'table_query_error',
    level: 'fatal',
    text: "dict_sqlite_lookup: {table}: SQL finalize failed for query '{value}': {error}",
    samples: ["dict_sqlite_lookup: /etc/postfix/users.cf: SQL finalize failed for query 'SELECT a FROM b': disk I/O error"],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: "{table}: query >{value}< contains >{}< without the recommended '' quotes",
    samples: ["sqlite:/etc/postfix/users.cf: query >SELECT a FROM b WHERE c = %s< contains >%s< without the recommended '' quotes"],
  },
  {
    action: 'table_open_error',
    level: 'fatal',
    text: "{table}: Can't open database: {error}",
    samples: ["sqlite:/etc/postfix/users.cf: Can't open database: unable to open database file?"],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'dict_sqlite_close: close {table} failed',
    samples: ['dict_sqlite_close: close /etc/postfix/users.cf failed'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: 'dict_sqlite_quote: out of memory',
    samples: ['dict_sqlite_quote: out of memory'],
  },

  // global/dict_mongodb.c
  {
    action: 'table_too_many_results',
    level: 'warning',
    text: "{table}: expansion limit exceeded for key: '{key}'",
    samples: ["mongodb:/etc/postfix/users.cf: expansion limit exceeded for key: 'user@example.com'"],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: "{table}: invalid UTF-8 in lookup result '{value}'",
    samples: ["mongodb:/etc/postfix/users.cf: invalid UTF-8 in lookup result 'f?o'"],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: '{table}: failed to {retrieve|get|create|append} {detail}',
    samples: [
      "mongodb:/etc/postfix/users.cf: failed to retrieve value of 'mail', Unknown result type 9.",
      'mongodb:/etc/postfix/users.cf: failed to get collection [users] from [mail]',
      'mongodb:/etc/postfix/users.cf: failed to create a query from \'{"a":1\': unexpected end of data',
    ],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: "{table}: cursor error for '{value}': {error}",
    samples: ['mongodb:/etc/postfix/users.cf: cursor error for \'{"a":1}\': No suitable servers found'],
  },

  // global/dict_ldap.c
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_connect: Unable to bind to server {service} with dn {user}: {} ({error})',
    samples: [
      'dict_ldap_connect: Unable to bind to server ldap://ldap.example.com with dn cn=postfix,dc=example,dc=com: 49 (Invalid credentials)',
      "dict_ldap_connect: Unable to bind to server ldap://ldap.example.com:389 with dn : -1 (Can't contact LDAP server)",
    ],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_connect: Unable to {connect to|init} LDAP server {service}',
    samples: ['dict_ldap_connect: Unable to connect to LDAP server ldap.example.com'],
  },
  {
    action: 'table_server_error',
    level: 'error',
    text: 'dict_ldap_connect: Unable to set STARTTLS: {}: {error}',
    samples: ["dict_ldap_connect: Unable to set STARTTLS: -1: Can't contact LDAP server"],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_connect: Error {setting|resetting} signal handler {for|after} {detail}: {error}',
    samples: ['dict_ldap_connect: Error setting signal handler for open timeout: Invalid argument'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_connect: {table}: Unable to set query result size limit to {limit}.',
    samples: ['dict_ldap_connect: /etc/postfix/users.cf: Unable to set query result size limit to 10.'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_connect: Unable to set {detail}',
    samples: ['dict_ldap_connect: Unable to set network timeout.', 'dict_ldap_connect: Unable to set LDAP protocol version'],
  },
  {
    action: 'table_server_connected',
    text: 'dict_ldap_connect: Actual Protocol version used is {version:integer}.',
    samples: ['dict_ldap_connect: Actual Protocol version used is 3.'],
  },
  {
    action: 'table_debug',
    text: 'dict_ldap_debug: {detail}',
    samples: ['dict_ldap_debug: ldap_create'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_set_tls_options: Unable to set {setting:word} to {value}: {}: {error}',
    samples: ['dict_ldap_set_tls_options: Unable to set tls_ca_cert_file to /etc/ssl/ca.pem: -1: Error'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_set_tls_options: Unable to allocate new TLS context {}: {error}',
    samples: ['dict_ldap_set_tls_options: Unable to allocate new TLS context -1: Connect error'],
  },
  {
    action: 'table_too_many_results',
    level: 'warning',
    text: 'dict_ldap_get_values[{}]: {table}: Query size limit ({limit}) exceeded',
    samples: ['dict_ldap_get_values[1]: /etc/postfix/users.cf: Query size limit (10) exceeded'],
  },
  {
    action: 'table_too_many_results',
    level: 'warning',
    text: "dict_ldap_get_values[{}]: {table}: Expansion limit exceeded for key: '{key}'",
    samples: ["dict_ldap_get_values[1]: /etc/postfix/users.cf: Expansion limit exceeded for key: 'user@example.com'"],
  },
  {
    action: 'table_too_many_results',
    level: 'warning',
    text: 'dict_ldap_get_values[{}]: {table}: Recursion limit exceeded for special attribute {setting}={value}',
    samples: ['dict_ldap_get_values[20]: /etc/postfix/users.cf: Recursion limit exceeded for special attribute memberdn=cn=a,dc=example'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: 'dict_ldap_get_values[{}]: malformed URL {value:word}: {error}',
    samples: ['dict_ldap_get_values[1]: malformed URL ldap//x: Bad parameter to an ldap routine(-9)'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: 'dict_ldap_get_values[{}]: DN {value} not found, skipping{}',
    samples: ['dict_ldap_get_values[1]: DN uid=x,dc=example,dc=com not found, skipping '],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'dict_ldap_get_values[{}]: search error {}: {error}',
    samples: ["dict_ldap_get_values[1]: search error -1: Can't contact LDAP server "],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'dict_ldap_lookup: {table}: Unable to set query result size limit to {limit}.',
    samples: ['dict_ldap_lookup: /etc/postfix/users.cf: Unable to set query result size limit to 10.'],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'dict_ldap_lookup: Search error {}: {error}',
    samples: ["dict_ldap_lookup: Search error -1: Can't contact LDAP server ", 'dict_ldap_lookup: Search error 1: Operations error '],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: "dict_ldap_lookup: {table}: Search base '{value}' not found: {}: {error}",
    samples: ["dict_ldap_lookup: /etc/postfix/users.cf: Search base 'dc=example,dc=com' not found: 32: No such object"],
  },
  {
    action: 'table_query_error',
    level: 'warning',
    text: 'dict_ldap_lookup: Had some trouble with entries returned by search: {error}',
    samples: ['dict_ldap_lookup: Had some trouble with entries returned by search: Decoding error'],
  },
  {
    action: 'table_config_error',
    level: 'error',
    text: 'dict_ldap_open: error parsing URL {value:word}: {}: {error}; skipping',
    samples: ['dict_ldap_open: error parsing URL ldap//x: 3: bad URL; skipping'],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: 'dict_ldap_open: {detail}',
    samples: [
      'dict_ldap_open: /etc/postfix/users.cf Unknown version 4, using 2.',
      'dict_ldap_open: URL scheme ldaps requires protocol version 3',
      'dict_ldap_open: /etc/postfix/users.cf: Unrecognized value x specified for scope; using sub',
    ],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'dict_ldap_{api_info|open}: {detail}',
    samples: [
      'dict_ldap_api_info: run-time API_INFO version: 1, compiled with: 2',
      'dict_ldap_open: incompatible TLS support: compile-time OpenLDAP version 20400, run-time OpenLDAP version 20500',
    ],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{table}: unsupported parameter value: {setting:word} = {value}',
    samples: ['/etc/postfix/users.cf: unsupported parameter value: bind = gssapi'],
  },

  // global/dict_memcache.c, memcache_proto.c
  {
    action: 'table_update_error',
    level: 'warning',
    text: 'database {table}: data for key {key} is too long ({setting:word}={limit}) -- not stored',
    samples: ['database memcache:/etc/postfix/mc.cf: data for key 192.0.2.1 is too long (max_data=10240) -- not stored'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: 'database {table}: I/O error{?: {error}?}',
    samples: ['database memcache:/etc/postfix/mc.cf: I/O error: Connection refused', 'database memcache:/etc/postfix/mc.cf: I/O error'],
  },
  {
    action: 'table_update_error',
    level: 'warning',
    text: 'database {table}: {update|delete} failed: {error}',
    samples: ['database memcache:/etc/postfix/mc.cf: update failed: SERVER_ERROR out of memory'],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: 'database {table}: first/next support requires backup database',
    samples: ['database memcache:/etc/postfix/mc.cf: first/next support requires backup database'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: '{table}: unexpected memcache server reply: {reply}',
    samples: ['inet:127.0.0.1:11211: unexpected memcache server reply: ERROR'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: '{table}: EOF receiving memcache server reply',
    samples: ['inet:127.0.0.1:11211: EOF receiving memcache server reply'],
  },
  {
    action: 'table_bad_key',
    level: 'warning',
    text: '{table}: skipping {lookup|update|delete} for name "{key}": {error}',
    samples: ['/etc/postfix/mc.cf: skipping update for name "a b": name contains space'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table}: {value:word} message digest failed',
    samples: ['memcache:/etc/postfix/mc.cf: sha256 message digest failed'],
  },

  // util/dict_tcp.c
  {
    action: 'table_server_error',
    level: 'warning',
    text: 'connect to TCP map {table}: {error}',
    samples: ['connect to TCP map localhost:10001: Connection refused', 'connect to TCP map 127.0.0.1:8890: Connection timed out'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: 'read TCP map reply from {table}: unexpected EOF ({error})',
    samples: ['read TCP map reply from localhost:10001: unexpected EOF (Success)'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: 'read TCP map reply from {table}: text longer than {limit}',
    samples: ['read TCP map reply from localhost:10001: text longer than 4096'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: 'read TCP map reply from {table}: {malformed reply|bad status code}: {reply}',
    samples: [
      'read TCP map reply from localhost:10001: bad status code: 999 what',
      'read TCP map reply from localhost:10001: malformed reply: x',
    ],
  },

  // util/dict_sockmap.c
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: "table {table} query too large: '{key}', returning 'not found'",
    samples: ["table socketmap:inet:localhost:10001:alias query too large: 'aaaa', returning 'not found'"],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'table {table} lookup error: {error}',
    samples: [
      'table socketmap:inet:127.0.0.1:8461:QUERY lookup error: Connection refused',
      'table socketmap:unix:/run/map:postfix lookup error: unexpected EOF',
    ],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: '{table} socketmap server {temporary|permanent|timeout} error{?: {error}?}',
    samples: [
      'socketmap:inet:127.0.0.1:8461:QUERY socketmap server temporary error: no connection',
      'socketmap:unix:/run/map:postfix socketmap server permanent error',
    ],
  },

  // global/dict_proxy.c
  {
    action: 'table_server_error',
    level: 'fatal',
    text: '{service:word} service is not configured for table "{table}"',
    samples: ['proxymap service is not configured for table "mysql:/etc/postfix/users.cf"'],
  },
  {
    action: 'table_server_error',
    level: 'fatal',
    text: '{service:word} update access is not configured for table "{table}"',
    samples: ['proxywrite update access is not configured for table "btree:/var/lib/postfix/verify_cache"'],
  },
  {
    action: 'table_server_error',
    level: 'fatal',
    text: '{service:word} {lookup|update|delete} failed for table "{table}" key "{key}": invalid request',
    samples: ['proxymap lookup failed for table "hash:/etc/postfix/x" key "user": invalid request'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: '{service:word} {lookup|update|delete} failed for table "{table}" key "{key}": {error}',
    samples: ['private/proxymap lookup failed for table "hash:/etc/postfix/x" key "user": unexpected reply status 5'],
  },
  {
    action: 'table_server_error',
    level: 'fatal',
    text: '{service:word} sequence failed for table "{table}" function {}: invalid request',
    samples: ['proxymap sequence failed for table "hash:/etc/postfix/x" function 0: invalid request'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: '{service:word} sequence failed for table "{table}" function {}: {error}',
    samples: ['private/proxymap sequence failed for table "hash:/etc/postfix/x" function 0: unexpected reply status 5'],
  },
  {
    action: 'table_server_error',
    level: 'warning',
    text: '{service:word} open failed for table "{table}": {error}',
    samples: ['proxymap open failed for table "hash:/etc/postfix/x": unexpected status 7'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{table}: proxy map open requires O_RDONLY or O_RDWR mode',
    samples: ['hash:/etc/postfix/x: proxy map open requires O_RDONLY or O_RDWR mode'],
  },

  // util/dict_nis.c, dict_nisplus.c, dict_ni.c
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'lookup {key}, NIS domain {value}, map {table}: {error}',
    samples: ["lookup user, NIS domain example, map mail.aliases: can't communicate with ypbind"],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'lookup {key}, NIS+ map {table}: {error}',
    samples: ['lookup user, NIS+ map [alias=%s],aliases.org_dir: Not found, no such name'],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: 'dict_nis_init: NIS domain name not set - NIS lookups disabled',
    samples: ['dict_nis_init: NIS domain name not set - NIS lookups disabled'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'map {table}: lookup key with non-printing character {}: ignoring this request',
    samples: ['map nisplus:aliases.org_dir: lookup key with non-printing character 0x7: ignoring this request'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: 'ambiguous match ({count} results) for {key} in NIS+ map {table}: ignoring this request',
    samples: ['ambiguous match (2 results) for user in NIS+ map aliases.org_dir: ignoring this request'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'requested column {} > max column {} in table {table}',
    samples: ['requested column 3 > max column 2 in table aliases.org_dir'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'bad {} in NIS+ map name: {table}',
    samples: ["bad '%' substitution syntax in NIS+ map name: [alias=%x],aliases", 'bad column field in NIS+ map name: aliases:x'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'ni_open{?:?} {error}',
    samples: ['ni_open: domain depth limit', "ni_open `..': 9999"],
  },

  // util/dict_unix.c
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'cannot access UNIX {password|group} database: {error}',
    samples: ['cannot access UNIX password database: Connection refused'],
  },

  // util/dict_utf8.c
  {
    action: 'table_bad_key',
    level: 'warning',
    text: '{table}: non-UTF-8 key "{key}": {error}',
    samples: ['hash:/etc/aliases: non-UTF-8 key "m?ller": malformed UTF-8 or invalid codepoint'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: '{table}: key "{key}": non-UTF-8 value "{value}": {error}',
    samples: ['hash:/etc/aliases: key "user": non-UTF-8 value "m?ller": malformed UTF-8 or invalid codepoint'],
  },

  // util/dict_cdb.c, dict_db.c, dict_dbm.c, dict_lmdb.c, dict_sdbm.c
  {
    action: 'table_out_of_date',
    level: 'warning',
    text: 'database {table} is older than source file {path}',
    samples: [
      'database /etc/aliases.db is older than source file /etc/aliases',
      'database /etc/postfix/virtual.lmdb is older than source file /etc/postfix/virtual',
    ],
  },
  {
    action: 'table_resized',
    text: 'database {table}: using size limit {limit} {during open|after MDB_MAP_FULL|after MDB_MAP_RESIZED}',
    samples: [
      'database lmdb:/var/lib/postfix/verify_cache.lmdb: using size limit 33554432 after MDB_MAP_FULL',
      'database lmdb:/var/lib/postfix/x: using size limit 16777216 during open',
    ],
  },
  {
    action: 'table_busy',
    text: 'database {table}: pausing after MDB_READERS_FULL',
    samples: ['database lmdb:/etc/postfix/x: pausing after MDB_READERS_FULL'],
  },
  {
    action: 'table_io_error',
    level: 'warning',
    text: 'unknown MDB error code: {}',
    samples: ['unknown MDB error code: -30700'],
  },
  {
    action: 'table_io_error',
    text: 'close database {table}: {error} (possible Berkeley DB bug)',
    samples: ['close database /var/lib/postfix/verify_cache.db: No such file or directory (possible Berkeley DB bug)'],
  },
  {
    action: 'library_version',
    text: 'Run-time linked against Berkeley DB: {version}{???}',
    samples: ['Run-time linked against Berkeley DB: 5.3.28', 'Run-time linked against Berkeley DB: 5.3.28?'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'error {reading|writing|updating|seeking|deleting from} {table}: {error}',
    samples: [
      'error reading /etc/aliases.db: Invalid argument',
      'error updating lmdb:/var/lib/postfix/verify_cache: MDB_MAP_FULL: Environment mapsize limit reached',
      'error deleting from /var/lib/postfix/verify_cache.db: No space left on device',
      'error writing DBM database /etc/aliases: No space left on device',
    ],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'error [{}] {seeking|initializing cursor for} {table}: {error}',
    samples: ['error [22] seeking /var/lib/postfix/verify_cache.db: Invalid argument'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{table}: {lock|unlock|flush} dictionary: {error}',
    samples: ['/var/lib/postfix/verify_cache.db: lock dictionary: No locks available'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{flush|close|finish|initialize} database {table}: {error}',
    samples: ['close database /etc/aliases.db: No space left on device', 'finish database /etc/aliases.cdb.tmp: No space left on device'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{shared-lock|unlock} database {table} for open: {error}',
    samples: ['shared-lock database /etc/aliases.db for open: No locks available'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'rename database from {} to {table}: {error}',
    samples: ['rename database from /etc/aliases.cdb.tmp to /etc/aliases.cdb: Permission denied'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'dict_cdb_open: inappropriate open flags for cdb database - {detail}',
    samples: ['dict_cdb_open: inappropriate open flags for cdb database - specify O_RDONLY or O_WRONLY|O_CREAT|O_TRUNC'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'dict_{cdb|cdbq|dbq|db|dbm|lmdb|sdbm|thash}_open: {error}',
    samples: ['dict_db_open: fstat: Bad file descriptor', 'dict_cdbq_open: unable to init /etc/aliases.cdb: Invalid argument'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{create|open|get|set} DB {environment|database|cache size|max cache size|hash element count}{? {}?}: {error}',
    samples: ['create DB environment: Cannot allocate memory', 'set DB cache size 131072: Invalid argument'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'get database file descriptor: {error}',
    samples: ['get database file descriptor: Bad file descriptor'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{table}: unable to get exclusive lock: {error}',
    samples: ['btree:/var/lib/postfix/postscreen_cache: unable to get exclusive lock: Resource temporarily unavailable'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{table}: internal error: {error}',
    samples: ['lmdb:/etc/postfix/x: internal error: mdb_txn_begin'],
  },
  {
    action: 'table_duplicate_entry',
    level: 'warning',
    text: '{path:word}, line {line}: duplicate entry: "{key}"',
    samples: ['/etc/postfix/virtual, line 12: duplicate entry: "user@example.com"'],
  },
  {
    action: 'table_duplicate_entry',
    level: 'warning',
    text: '{table}: duplicate entry: "{key}"',
    samples: ['/etc/aliases.db: duplicate entry: "postmaster"', 'lmdb:/etc/postfix/virtual: duplicate entry: "user@example.com"'],
  },
  {
    action: 'table_duplicate_entry',
    level: 'fatal',
    text: '{path:word}, line {line}: duplicate entry: "{key}"',
    samples: ['/etc/postfix/virtual, line 12: duplicate entry: "user@example.com"'],
  },
  {
    action: 'table_duplicate_entry',
    level: 'fatal',
    text: '{table}: duplicate entry: "{key}"',
    samples: ['/etc/aliases.db: duplicate entry: "postmaster"'],
  },

  // util/dict_alloc.c, dict.c
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'table {table}: {lookup|update|delete|sequence|close} operation is not supported',
    samples: ['table static:yes: sequence operation is not supported'],
  },
  {
    action: 'table_lookup_error',
    level: 'fatal',
    text: 'dictionary {table}: lookup {key}: operation failed',
    samples: ['dictionary mail_dict: lookup myhostname: operation failed'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'dictionary {table}: macro processing error',
    samples: ['dictionary mail_dict: macro processing error'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'dict_register: dictionary name exists: {table}',
    samples: ['dict_register: dictionary name exists: hash:/etc/aliases'],
  },
  {
    action: 'table_out_of_date',
    level: 'warning',
    text: 'dict_changed_name: table {table}: {null|negative} time stamp',
    samples: ['dict_changed_name: table hash:/etc/aliases(0,lock): null time stamp'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'dict_changed_name: fstat: {error}',
    samples: ['dict_changed_name: fstat: Bad file descriptor'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: '{path:word}, line {line}: unable to update {table}',
    samples: ['/etc/postfix/main.cf, line 7: unable to update internal:mail_dict'],
  },
  {
    action: 'table_overridden_entry',
    level: 'warning',
    text: '{path:word}, line {line}: overriding earlier entry: {setting:word}={value}',
    samples: ['/etc/postfix/main.cf, line 88: overriding earlier entry: relayhost=[mail.example.com]'],
  },
  {
    action: 'table_syntax',
    level: 'fatal',
    text: '{path:word}, line {line}{?-{}?}: {error}: "{value}"',
    samples: [
      '/etc/postfix/main.cf, line 12: missing \'=\' after attribute name: "relayhost"',
      '/etc/postfix/main.cf, line 12-13: missing \'=\' after attribute name: "relayhost"',
    ],
  },

  // util/dict_pcre.c, dict_regexp.c, dict_cidr.c
  {
    action: 'table_syntax',
    level: 'warning',
    text: 'regexp map {path}, line {line}: {error}',
    samples: [
      'regexp map /etc/postfix/header_checks, line 4: Unmatched ( or \\(',
      'regexp map /etc/postfix/header_checks, line 9: unknown regexp option "z": skipping this rule',
    ],
  },
  {
    action: 'table_syntax',
    level: 'warning',
    text: 'pcre map {path}, line {line}: {error}',
    samples: [
      'pcre map /etc/postfix/body_checks, line 31: backtracking limit exceeded',
      'pcre map /etc/postfix/body_checks, line 31: error in regex at offset 7: missing )',
    ],
  },
  {
    action: 'table_syntax',
    level: 'warning',
    text: 'cidr map {path}, line {line}: {error}',
    samples: [
      'cidr map /etc/postfix/client.cidr, line 3: non-null host address bits in "192.0.2.1/24", perhaps you should use "192.0.2.0/24" instead: skipping this rule',
      'cidr map /etc/postfix/client.cidr, line 3: IF has no matching ENDIF',
    ],
  },
  {
    action: 'table_syntax',
    level: 'fatal',
    text: '{pcre|regexp|cidr} map {path}, line {line}: {error}',
    samples: ['pcre map /etc/postfix/body_checks, line 31: matched text exceeds buffer limit'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'cidr map {path}: read error: {error}',
    samples: ['cidr map /etc/postfix/client.cidr: read error: Is a directory'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: 'out of memory in pcre2_match_data_create_from_pattern()',
    samples: ['out of memory in pcre2_match_data_create_from_pattern()'],
  },

  // util/dict_thash.c, readlline.c
  {
    action: 'table_syntax',
    level: 'warning',
    text: '{path:word}, line {line}{?-{}?}: {error}',
    samples: [
      '/etc/postfix/virtual, line 3: expected format: key whitespace value -- ignoring this line',
      '/etc/postfix/virtual, line 3: record is in "key: value" format; is this an alias file?',
      "/etc/postfix/virtual, line 3: unbalanced '\"' in '\"x y' -- ignoring this line",
      '/etc/postfix/header_checks, line 3: no replacement text: using empty string',
      '/etc/postfix/main.cf, line 3-5: missing newline at end of file',
    ],
  },
  {
    action: 'table_syntax',
    level: 'warning',
    text: '{path}: logical line must not start with whitespace: "{value}"{?...?}',
    samples: ['/etc/postfix/master.cf: logical line must not start with whitespace: "  -o smtpd_tls_wrappermode=yes"...'],
  },

  // util/mkmap_*.c, global/mkmap_*.c
  {
    action: 'table_io_error',
    level: 'warning',
    text: 'removing zero-length database file: {table}',
    samples: ['removing zero-length database file: /etc/aliases.db'],
  },
  {
    action: 'table_io_error',
    level: 'fatal',
    text: 'cannot remove zero-length database file {table}: {error}',
    samples: ['cannot remove zero-length database file /etc/aliases.db: Permission denied'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'unsupported map type{? for this operation?}: {table}',
    samples: ['unsupported map type: cdb', 'unsupported map type for this operation: pcre'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: "no 'map create' support for {this type|non_bdb mapped type}: {table}",
    samples: ["no 'map create' support for this type: pcre"],
  },
  {
    action: 'table_update_error',
    level: 'fatal',
    text: '{table}: update failed',
    samples: ['lmdb:/etc/postfix/virtual: update failed'],
  },

  // util/dict_surrogate.c: each time a table is asked that could not be opened
  {
    action: 'table_unavailable',
    level: 'warning',
    text: '{table} is unavailable. {error}',
    samples: [
      'hash:/etc/postfix/virtual is unavailable. open database /etc/postfix/virtual.db: No such file or directory',
      'mysql:/etc/postfix/users.cf is unavailable. unsupported dictionary type: mysql',
    ],
  },

  // util/dynamicmaps.c, global/dynamicmaps.c
  {
    action: 'table_type_unsupported',
    level: 'warning',
    text: 'unsupported dictionary type: {table:word} ({error})',
    samples: ['unsupported dictionary type: mysql (/usr/lib/postfix/postfix-mysql.so: No such file or directory)'],
  },
  {
    action: 'table_type_unsupported',
    level: 'warning',
    text: 'unsupported dictionary type: {table:word}. Is the postfix-{} package installed?',
    samples: ['unsupported dictionary type: mysql. Is the postfix-mysql package installed?'],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: '{path:word}: file is owned or writable by {non-root|other} users -- skipping this file',
    samples: ['/etc/postfix/dynamicmaps.cf.d/mysql: file is owned or writable by non-root users -- skipping this file'],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: '{path:word}: ignoring duplicate entry for "{table}"',
    samples: ['/etc/postfix/dynamicmaps.cf: ignoring duplicate entry for "mysql"'],
  },
  {
    action: 'table_config_error',
    level: 'warning',
    text: '{path:word}: directory {read|open} {error|failed}: {error}',
    samples: ['/etc/postfix/dynamicmaps.cf.d: directory open failed: Permission denied'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{path:word}: {fstat|file open} failed{:|;} {error}',
    samples: [
      '/etc/postfix/dynamicmaps.cf: file open failed: Permission denied',
      '/etc/postfix/dynamicmaps.cf: fstat failed; Bad file descriptor',
    ],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{path:word}, line {line}: {Expected|unsupported syntax} {detail}',
    samples: ['/etc/postfix/dynamicmaps.cf, line 3: Expected "dict-type .so-name dict-function [mkmap-function]"'],
  },

  // global/nbdb_redirect.c, nbdb_util.c (Postfix 3.11): Berkeley DB tables read through another type
  {
    action: 'table_redirected',
    text: 'redirecting {value} to {table}',
    samples: ['redirecting hash:/etc/aliases to lmdb:/etc/aliases'],
  },
  {
    action: 'table_redirect_error',
    level: 'warning',
    text: 'Non-Berkeley-DB migration error: {error}',
    samples: ['Non-Berkeley-DB migration error: table hash:/etc/aliases has an unexpected owner'],
  },
  {
    action: 'table_redirect_error',
    level: 'warning',
    text: "non-Berkeley-DB type mapping lookup error for '{table}': {error}",
    samples: ["non-Berkeley-DB type mapping lookup error for 'hash:/etc/aliases': bad map type"],
  },
  {
    action: 'table_redirect_error',
    level: 'warning',
    text: "non-Berkeley-DB mapped type '{table}' has no known pathname suffix",
    samples: ["non-Berkeley-DB mapped type 'pcre' has no known pathname suffix"],
  },
  {
    action: 'table_redirect_error',
    level: 'fatal',
    text: "non_bdb migration mapping lookup error for '{table}': {error}",
    samples: ["non_bdb migration mapping lookup error for 'hash': bad map type"],
  },
  {
    action: 'table_redirect_error',
    level: 'fatal',
    text: "invalid non-Berkeley-DB migration level: '{value}'",
    samples: ["invalid non-Berkeley-DB migration level: 'all'"],
  },

  // util/dict_debug.c (debug:type:name tables)
  {
    action: 'table_debug',
    text: '{table} {lookup|update|delete|sequence}: "{detail}',
    samples: ['hash:/etc/aliases lookup: "postmaster" = "root"'],
  },
  {
    action: 'table_debug',
    text: '{table} sequence: found EOF',
    samples: ['hash:/etc/aliases sequence: found EOF'],
  },

  // global/cfg_parser.c
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{table}: bad {numerical|boolean} configuration: {setting:word} = {value}',
    samples: ['/etc/postfix/users.cf: bad numerical configuration: size_limit = many'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{table}: bad string length {} {<|>} {limit}: {setting:word} = {value}',
    samples: ['/etc/postfix/users.cf: bad string length 0 < 1: table = '],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: '{table}: invalid {setting:word} parameter value {value} {<|>} {limit}',
    samples: ['/etc/postfix/users.cf: invalid version parameter value 9 > 3'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'cfg_parser_alloc: null parser name',
    samples: ['cfg_parser_alloc: null parser name'],
  },

  // util/dict_open.c, util/dict_*.c, global/dict_*.c: by way of util/dict_surrogate.c
  ...onOpen([
    {
      action: 'table_open_error',
      text: 'open database {table}: {error}',
      samples: [
        'open database /etc/postfix/virtual.db: No such file or directory',
        'open database /etc/aliases.lmdb: Permission denied',
        'open database /etc/aliases.{dir,pag}: No such file or directory',
        'open database /etc/aliases: cannot support GDBM',
      ],
    },
    {
      action: 'table_open_error',
      text: 'cannot open {table}: {error}',
      samples: ['cannot open ldap:/etc/postfix/users.cf: No such file or directory'],
    },
    {
      action: 'table_open_error',
      text: '{table}: open database {path:word}: {error}',
      samples: ['sqlite:/etc/postfix/users.cf: open database /var/lib/users.db: unable to open database file: No such file or directory'],
    },
    {
      action: 'table_open_error',
      text: 'open dictionary: expecting "type:name" form instead of "{table}"',
      samples: ['open dictionary: expecting "type:name" form instead of "/etc/aliases"'],
    },
    {
      action: 'table_type_unsupported',
      text: 'unsupported dictionary type: {table:word}',
      samples: ['unsupported dictionary type: mysql'],
    },
    {
      action: 'table_type_unsupported',
      text: 'unsupported dictionary type: {table:word} ({error}){?. Is the postfix-{} package installed??}',
      samples: [
        'unsupported dictionary type: mysql (/usr/lib/postfix/postfix-mysql.so: No such file or directory)',
        'unsupported dictionary type: mysql (/usr/lib/postfix/postfix-mysql.so: No such file or directory). Is the postfix-mysql package installed?',
      ],
    },
    {
      action: 'table_type_unsupported',
      text: 'unsupported dictionary type: {table:word}. Is the postfix-{} package installed?',
      samples: ['unsupported dictionary type: mysql. Is the postfix-mysql package installed?'],
    },
    {
      action: 'table_type_unsupported',
      text: 'unsupported dictionary type: {table:word} does not support bulk-mode creation.',
      samples: ['unsupported dictionary type: pcre does not support bulk-mode creation.'],
    },
    {
      action: 'table_config_error',
      text: '{table}{?:?} map requires {} access mode',
      samples: ['mysql:/etc/postfix/users.cf map requires O_RDONLY access mode', 'mongodb:/etc/x.cf: map requires O_RDONLY access mode'],
    },
    {
      action: 'table_config_error',
      text: '{table} map is not allowed for {security-sensitive|security sensitive} data',
      samples: [
        'tcp:localhost:10001 map is not allowed for security sensitive data',
        'socketmap:inet:localhost:1:x map is not allowed for security-sensitive data',
      ],
    },
    {
      action: 'table_config_error',
      text: 'open {table}: key digest {value} is not available',
      samples: ['open /etc/postfix/mc.cf: key digest md4 is not available'],
    },
    {
      action: 'table_config_error',
      text: '{setting:word} support requires build with -DUSE_TLS',
      samples: ['key_digest support requires build with -DUSE_TLS'],
    },
    {
      action: 'table_config_error',
      text: "{table}: specify exactly one of 'projection' or 'result_attribute'",
      samples: ["mongodb:/etc/postfix/users.cf: specify exactly one of 'projection' or 'result_attribute'"],
    },
    {
      action: 'table_config_error',
      text: "{table}: failed to {parse URI|create client for} '{value}': {error}",
      samples: ["mongodb:/etc/postfix/users.cf: failed to parse URI 'mongo:/x': Invalid URI Schema"],
    },
    {
      action: 'table_config_error',
      text: "{table} host target '{value}' requires dbname setting",
      samples: ["pgsql:/etc/postfix/users.cf host target 'db.example.com' requires dbname setting"],
    },
    {
      action: 'table_config_error',
      text: '{service:word} open failed for table "{table}": invalid request',
      samples: ['proxymap open failed for table "hash:/etc/postfix/x": invalid request'],
    },
    {
      action: 'table_config_error',
      text: '{service:word} service is not configured for table "{table}"',
      samples: ['proxymap service is not configured for table "mysql:/etc/postfix/users.cf"'],
    },
    {
      action: 'table_config_error',
      text: '{table:word} requires server:socketmap argument',
      samples: ['socketmap requires server:socketmap argument'],
    },
    {
      action: 'table_config_error',
      text: 'unknown table: {table}',
      samples: ['unknown table: unix:passwd.bydate'],
    },
    {
      action: 'table_config_error',
      text: 'bad {?UTF-8 ?}syntax: "{table}"; need "{}"',
      samples: ['bad syntax: "unionmap:x"; need "unionmap:{type:name...}"', 'bad UTF-8 syntax: "inline:x"; need "inline:{name=value...}"'],
    },
    {
      action: 'table_config_error',
      text: 'bad static:name syntax: {error}',
      samples: ['bad static:name syntax: syntax error after \'}\' in "{x}y"'],
    },
    {
      action: 'table_config_error',
      text: '{error}: "inline:{table}"; need "{}"',
      samples: ['empty table: "inline:{}"; need "inline:{name=value...}"'],
    },
    {
      action: 'table_config_error',
      text: '{cidr|pcre|regexp|texthash} map: {error}',
      samples: ['cidr map: missing \'{\' in text: "x"', 'pcre map: syntax error after \'}\' in "{x}y"'],
    },
    {
      action: 'table_config_error',
      text: '{missing|syntax error|unbalanced} {detail}',
      samples: ['syntax error after \'}\' in "{x}y"'],
    },
    {
      action: 'table_config_error',
      text: 'incorrect version of Berkeley DB: compiled against {}, run-time linked against {version}',
      samples: ['incorrect version of Berkeley DB: compiled against 5.3.28, run-time linked against 6.2.32'],
    },
    {
      action: 'table_config_error',
      text: 'unsupported non-bulk change request',
      samples: ['unsupported non-bulk change request'],
    },
    {
      action: 'table_redirect_error',
      text: 'Non-Berkeley-DB migration error: {error}',
      samples: ['Non-Berkeley-DB migration error: bad reindexing server status: 9'],
    },
    {
      action: 'table_redirect_error',
      text: "Berkeley DB type mapping lookup error for '{table}': {error}",
      samples: ["Berkeley DB type mapping lookup error for 'hash:/etc/aliases': bad map type"],
    },
    {
      action: 'table_redirect_error',
      text: "non-Berkeley-DB mapped type '{table}' has no known pathname suffix",
      samples: ["non-Berkeley-DB mapped type 'pcre' has no known pathname suffix"],
    },
    {
      action: 'table_type_unsupported',
      text: "Berkeley DB support for '{table}' is not available for this OS distribution; {}",
      samples: [
        "Berkeley DB support for 'hash:/etc/aliases' is not available for this OS distribution; see https://www.postfix.org/NON_BERKELEYDB_README.html for alternatives",
      ],
    },
    {
      action: 'table_redirect_error',
      text: "{setting:word} must not use legacy type: '{table}'",
      samples: ["nonbdb_custom_maps must not use legacy type: 'hash'"],
    },
    {
      action: 'table_duplicate_entry',
      text: '{path:word}, line {line}: duplicate entry: "{key}"',
      samples: ['/etc/postfix/virtual, line 12: duplicate entry: "user@example.com"'],
    },
  ]),
];
