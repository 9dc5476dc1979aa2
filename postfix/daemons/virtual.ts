/** virtual (src/virtual/). */
import type { Pattern } from '../pattern.js';

export const virtual: readonly Pattern[] = [
  // virtual/mailbox.c
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'table {table}: lookup {recipient:text}: {error}',
    samples: ['table virtual_mailbox_maps: lookup info@example.com: Connection refused'],
  },
  {
    action: 'recipient_not_found',
    level: 'warning',
    text: 'recipient {recipient:text}: not found in {table}',
    samples: ['recipient info@example.com: not found in virtual_uid_maps'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: 'recipient {recipient:text}: bad {uid|gid|mailbox path} {value} in {table:word}',
    samples: [
      'recipient info@example.com: bad uid vmail in virtual_uid_maps',
      'recipient "a: b"@example.com: bad gid 0 in virtual_gid_maps',
      'recipient info@example.com: bad mailbox path ../info in virtual_mailbox_maps',
    ],
  },
  {
    action: 'mailbox_bad',
    level: 'warning',
    text: 'recipient {recipient:text}: destination {path} is not a regular file',
    samples: ['recipient info@example.com: destination /var/vmail/info is not a regular file'],
  },
  {
    action: 'mailbox_owner_mismatch',
    level: 'warning',
    text: 'specify "{setting} = no" to ignore mailbox ownership mismatch',
    samples: ['specify "strict_mailbox_ownership = no" to ignore mailbox ownership mismatch'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'do not specify relative pathname: {setting} = {value}',
    samples: ['do not specify relative pathname: virtual_mailbox_base = vmail'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{?deliver_mailbox_file: ?}seek {message|mailbox} file {path}: {error}',
    samples: [
      'seek message file active/3F2A81C04D: Input/output error',
      'deliver_mailbox_file: seek mailbox file /var/vmail/info: Illegal seek',
    ],
  },

  // virtual/maildir.c
  {
    action: 'maildir_failed',
    level: 'warning',
    text: 'maildir access problem for UID/GID={uid}/{}: {error}',
    samples: [
      'maildir access problem for UID/GID=5000/5000: create maildir file /var/vmail/info/tmp/1.P2.mail.example.com: Permission denied',
    ],
  },
  {
    action: 'maildir_failed',
    level: 'warning',
    text: 'perhaps you need to create the maildirs in advance',
    samples: ['perhaps you need to create the maildirs in advance'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'remove {path}: {error}',
    samples: ['remove /var/vmail/info/tmp/1.P2.mail.example.com: Permission denied'],
  },

  // virtual/virtual.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{?main.cf ?}configuration error: {setting:word} is smaller than {}',
    samples: [
      'main.cf configuration error: virtual_mailbox_limit is smaller than message_size_limit',
      'configuration error: virtual_mailbox_limit is smaller than message_size_limit',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'configuration error: {setting:word} is limited but {} is unlimited',
    samples: ['configuration error: virtual_mailbox_limit is limited but message_size_limit is unlimited'],
  },
];
