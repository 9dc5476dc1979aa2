/** local (src/local/). */
import type { Pattern } from '../pattern.js';

export const local: readonly Pattern[] = [
  // local/alias.c, unknown.c
  {
    action: 'alias_loop',
    level: 'warning',
    text: 'alias database loop for {key}',
    samples: ['alias database loop for postmaster'],
  },
  {
    action: 'alias_owner_missing',
    level: 'warning',
    text: 'mailing list "{key}" needs an "owner-{}" alias',
    samples: ['mailing list "staff" needs an "owner-staff" alias'],
  },
  {
    action: 'alias_owner_missing',
    level: 'warning',
    text: 'deliver_alias: no owner UID for alias database {table}',
    samples: ['deliver_alias: no owner UID for alias database hash:/etc/aliases'],
  },
  {
    action: 'alias_owner_missing',
    level: 'warning',
    text: 'cannot find alias database owner for {table}{?: {error}?}',
    samples: [
      'cannot find alias database owner for hash:/etc/aliases',
      'cannot find alias database owner for hash:/etc/aliases: Permission denied',
    ],
  },
  {
    action: 'alias_empty',
    level: 'warning',
    text: 'no recipient in alias lookup result for {key}',
    samples: ['no recipient in alias lookup result for nobody'],
  },
  {
    action: 'alias_missing',
    level: 'warning',
    text: 'required alias not found: {key}',
    samples: ['required alias not found: postmaster'],
  },

  // local/recipient.c, token.c
  {
    action: 'nesting_limit',
    level: 'warning',
    text: 'recipient nesting limit exceeded for {recipient}',
    samples: ['recipient nesting limit exceeded for loop@mail.example.com'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'address with illegal extension: {recipient}',
    samples: ['address with illegal extension: info+a/b'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'no @ in recipient address: {recipient}',
    samples: ['no @ in recipient address: info'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: '{bad home directory syntax|unknown home directory} for: {recipient}',
    samples: ['bad home directory syntax for: ~', 'unknown home directory for: ~nobody/box'],
  },

  // local/dotforward.c, mailbox.c
  {
    action: 'user_lookup_failed',
    level: 'warning',
    text: 'error looking up passwd info for {user}: {error}',
    samples: ['error looking up passwd info for info: Connection refused'],
  },
  {
    action: 'forward_file_ignored',
    level: 'warning',
    text: 'file {path} is {not a regular file|world writable}',
    samples: ['file /home/info/.forward is not a regular file', 'file /home/info/.forward is world writable'],
  },
  {
    action: 'forward_file_ignored',
    level: 'warning',
    text: 'file {path} has bad owner uid {uid}',
    samples: ['file /home/info/.forward has bad owner uid 1002'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'cannot open file {path}: {error}',
    samples: ['cannot open file /home/info/.forward: Permission denied'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'close file {path}: {error}',
    samples: ['close file /home/info/.forward: Stale file handle'],
  },

  // local/include.c
  {
    action: 'include_file_ignored',
    level: 'warning',
    text: ':include:{path} uses a relative path',
    samples: [':include:lists/staff uses a relative path'],
  },
  {
    action: 'include_file_ignored',
    level: 'warning',
    text: ':include: file {path} is {not a regular file|world writable}',
    samples: [':include: file /etc/lists/staff is not a regular file', ':include: file /etc/lists/staff is world writable'],
  },
  {
    action: 'include_file_ignored',
    level: 'warning',
    text: ':include: nesting limit exceeded for {path}',
    samples: [':include: nesting limit exceeded for /etc/lists/staff'],
  },
  {
    action: 'include_file_ignored',
    level: 'warning',
    text: 'cannot find username for uid {uid}{?: {error}?}',
    samples: ['cannot find username for uid 4711', 'cannot find username for uid 4711: Input/output error'],
  },
  {
    action: 'include_file_ignored',
    level: 'warning',
    text: '{path:word}: cannot find :include: file owner username',
    samples: ['/etc/lists/staff: cannot find :include: file owner username'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'unable to lookup :include: file {path}: {error}',
    samples: ['unable to lookup :include: file /etc/lists/staff: No such file or directory'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'cannot open include file {path}: {error}',
    samples: ['cannot open include file /etc/lists/staff: Permission denied'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'close {path:word}: {error}',
    samples: ['close /etc/lists/staff: Stale file handle'],
  },

  // local/mailbox.c, maildir.c, file.c, command.c, forward.c
  {
    action: 'mailbox_owner_mismatch',
    level: 'warning',
    text: 'specify "{setting} = no" to ignore mailbox ownership mismatch',
    samples: ['specify "strict_mailbox_ownership = no" to ignore mailbox ownership mismatch'],
  },
  {
    action: 'maildir_failed',
    level: 'warning',
    text: 'maildir access problem for UID/GID={uid}/{}: {error}',
    samples: [
      'maildir access problem for UID/GID=1001/1001: create maildir file /home/info/Maildir/tmp/1.P2.mail.example.com: Permission denied',
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
    samples: ['remove /home/info/Maildir/tmp/1.P2.mail.example.com: Permission denied'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'seek {message|mailbox} file {path}: {error}',
    samples: ['seek message file active/3F2A81C04D: Input/output error', 'seek mailbox file /var/mail/info: Illegal seek'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{deliver_command|forward_send}: seek queue file {path}: {error}',
    samples: [
      'deliver_command: seek queue file active/3F2A81C04D: Input/output error',
      'forward_send: seek queue file active/3F2A81C04D: Input/output error:',
    ],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'bad record type: {value} in message content',
    samples: ['bad record type: 88 in message content'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'bad parameter value syntax for {setting}: {value}',
    samples: ['bad parameter value syntax for command_execution_directory: ${home'],
  },

  // local/biff_notify.c
  {
    action: 'biff_failed',
    level: 'warning',
    text: 'service not found: {service}',
    samples: ['service not found: biff/udp'],
  },
  {
    action: 'biff_failed',
    level: 'warning',
    text: 'host not found: {question}',
    samples: ['host not found: localhost'],
  },
  {
    action: 'biff_failed',
    level: 'warning',
    text: "lookup failed for host '{question}' or service '{service}': {error}",
    samples: ["lookup failed for host 'localhost' or service 'biff': Servname not supported for ai_socktype"],
  },
  {
    action: 'biff_failed',
    level: 'warning',
    text: '{bad|skipping} address size {value} for {detail}',
    samples: ['bad address size 16 for localhost', "skipping address size 128 for host 'localhost' service 'biff'"],
  },
  {
    action: 'biff_address_skipped',
    text: "skipping address family {value} for host '{question}' service '{service}'",
    samples: ["skipping address family 10 for host 'localhost' service 'biff'"],
  },
  {
    action: 'biff_failed',
    level: 'warning',
    text: '{socket|biff_notify}: {error}',
    samples: ['socket: Address family not supported by protocol', 'biff_notify: Connection refused'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: "{table}: lookup of '{key}' failed",
    samples: ["hash:/etc/aliases: lookup of 'info' failed"],
  },

  // local/local.c
  {
    action: 'setting_deprecated',
    level: 'warning',
    text: '{setting:word}: deprecated parameter, use "{detail}" instead',
    samples: ['sun_mailtool_compatibility: deprecated parameter, use "mailbox_delivery_lock = dotlock" instead'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'parameter {setting} specifies no applicable mailbox locking method',
    samples: ['parameter mailbox_delivery_lock specifies no applicable mailbox locking method'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{?main.cf ?}configuration error: {setting:word} is smaller than {}',
    samples: [
      'main.cf configuration error: mailbox_size_limit is smaller than message_size_limit',
      'configuration error: mailbox_size_limit is smaller than message_size_limit',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'configuration error: {setting:word} is limited but {} is unlimited',
    samples: ['configuration error: mailbox_size_limit is limited but message_size_limit is unlimited'],
  },
];
