/** proxymap and proxywrite (src/proxymap/). */
import type { Pattern } from '../pattern.js';

export const proxymap: readonly Pattern[] = [
  // proxymap/proxymap.c
  {
    action: 'table_unapproved',
    level: 'warning',
    text: 'request for unapproved table: "{table}"',
    samples: ['request for unapproved table: "unix:passwd.byname"'],
  },
  {
    action: 'table_unapproved',
    level: 'warning',
    text: 'to approve this table for {read-only|read-write} access, list {table} in {path}:{setting:word}',
    samples: ['to approve this table for read-only access, list proxy:unix:passwd.byname in main.cf:proxy_read_maps'],
  },
  {
    action: 'request_refused',
    level: 'warning',
    text: 'refusing {table} {update|delete} request on non-{service:word} service',
    samples: ['refusing btree:/var/lib/postfix/verify_cache update request on non-proxywrite service'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'unrecognized request: "{value}", ignored',
    samples: ['unrecognized request: "frobnicate", ignored'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'bad syntax in {setting} content: {error}',
    samples: ['bad syntax in virtual_alias_maps content: missing "}" in "{ hash:x"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'bad {setting:word} parameter value: {error}',
    samples: ['bad proxy_read_maps parameter value: missing "}" in "{ hash:x"'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'open {path:word}: {error}',
    samples: ['open /etc/postfix/domains: No such file or directory'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'read {path:word}: {error}',
    samples: ['read /etc/postfix/domains: Is a directory'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{?invalid service name: "{service}" - ?}service name must be {detail}',
    samples: [
      'invalid service name: "proxy" - service name must be "proxywrite" or "proxymap"',
      'service name must be one of proxymap or proxymap',
    ],
  },
  { action: 'panic', level: 'panic', text: 'proxy_map_find: {detail}', samples: ['proxy_map_find: dict_open null result'] },
];
