/** tlsmgr, the TLS session cache and entropy manager (src/tlsmgr/). */
import type { Pattern } from '../pattern.js';

export const tlsmgr: readonly Pattern[] = [
  // tlsmgr/tlsmgr.c
  {
    action: 'entropy_reopened',
    text: 'exiting to reopen external entropy source {path}',
    samples: ['exiting to reopen external entropy source dev:/dev/urandom'],
  },
  {
    action: 'entropy_failed',
    text: 'cannot read from entropy device {path}: {error} -- exiting to reopen',
    samples: ['cannot read from entropy device /dev/urandom: Input/output error -- exiting to reopen'],
  },
  {
    action: 'entropy_failed',
    text: 'lost connection to EGD server {path} -- exiting to reconnect',
    samples: ['lost connection to EGD server /var/run/egd-pool -- exiting to reconnect'],
  },
  {
    action: 'entropy_failed',
    level: 'warning',
    text: '{cannot connect to EGD server|cannot open entropy device|cannot read from entropy file} {path}: {error}',
    samples: [
      'cannot open entropy device /dev/urandom: No such file or directory',
      'cannot connect to EGD server /var/run/egd-pool: Connection refused',
      'cannot read from entropy file /var/lib/random: Permission denied',
    ],
  },
  {
    action: 'entropy_missing',
    level: 'warning',
    text: 'no entropy source specified with parameter {setting}',
    samples: ['no entropy source specified with parameter tls_random_source'],
  },
  {
    action: 'entropy_missing',
    level: 'warning',
    text: 'encryption keys etc. may be predictable',
    samples: ['encryption keys etc. may be predictable'],
  },
  {
    action: 'entropy_failed',
    level: 'fatal',
    text: 'cannot {open|fstat() the} PRNG exchange file{? {path}?}: {error}',
    samples: [
      'cannot open PRNG exchange file /var/lib/postfix/prng_exch: Permission denied',
      'cannot fstat() the PRNG exchange file: Input/output error',
    ],
  },
  {
    action: 'entropy_file_removed',
    level: 'warning',
    text: 'PRNG exchange file was removed -- exiting to reopen',
    samples: ['PRNG exchange file was removed -- exiting to reopen'],
  },
  {
    action: 'tls_session_cache',
    text: 'tlsmgr_cache_run_event: start TLS {service:word} session cache cleanup',
    samples: ['tlsmgr_cache_run_event: start TLS smtpd session cache cleanup'],
  },
  {
    action: 'not_compiled_in',
    text: 'TLS support is not compiled in -- exiting',
    samples: ['TLS support is not compiled in -- exiting'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'bogus {cache type|seed length} "{value}" in "{}" request',
    samples: ['bogus cache type "smtpx" in "lookup" request', 'bogus seed length "-1" in "seed" request'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'invalid session ticket key name length: {value}',
    samples: ['invalid session ticket key name length: 3'],
  },
  {
    action: 'client_lost',
    level: 'warning',
    text: '{end-of-input while reading request from|cannot examine read buffer of} {service:text}: {error}',
    samples: ['end-of-input while reading request from tlsmgr socket: Connection reset by peer'],
  },
  {
    action: 'client_timeout',
    level: 'warning',
    text: 'timeout while waiting for data from {service}',
    samples: ['timeout while waiting for data from tlsmgr socket'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'do not use the same TLS cache file {table:word} for {} and {}',
    samples: ['do not use the same TLS cache file btree:/var/lib/postfix/scache for smtpd and smtp'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unexpected command-line argument: {setting}',
    samples: ['unexpected command-line argument: x'],
  },
];
