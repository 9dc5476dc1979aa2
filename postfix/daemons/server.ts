/** The skeleton of every daemon that master starts (src/master/*_server.c, mail_flow.c …). */
import type { Pattern } from '../pattern.js';

export const server: readonly Pattern[] = [
  // Said by many daemons in the same words (their own pre_accept, pre_init and deliver_message)
  {
    action: 'table_changed',
    text: 'table {table} has changed -- restarting',
    samples: [
      'table hash:/etc/postfix/transport(0,lock|fold_fix) has changed -- restarting',
      'table lmdb:/etc/postfix/virtual has changed -- restarting',
    ],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unexpected command-line argument: {setting}',
    samples: ['unexpected command-line argument: -x'],
  },
  {
    action: 'request_error',
    level: 'fatal',
    text: 'empty nexthop hostname',
    samples: ['empty nexthop hostname'],
  },
  {
    action: 'request_error',
    level: 'fatal',
    text: 'recipient count: {count}',
    samples: ['recipient count: 0'],
  },

  // master/{single,multi,event,trigger,dgram}_server.c
  {
    action: 'accept_failed',
    level: 'error',
    text: 'accept connection: {error}',
    samples: ['accept connection: Too many open files'],
  },
  {
    action: 'lock_failed',
    level: 'fatal',
    text: 'select lock: {error}',
    samples: ['select lock: Resource deadlock avoided'],
  },
  {
    action: 'unlock_failed',
    level: 'fatal',
    text: 'select unlock: {error}',
    samples: ['select unlock: No locks available'],
  },
  {
    action: 'lock_failed',
    level: 'fatal',
    text: 'open lock file {path}: {error}',
    samples: [
      'open lock file pid/unix.bounce: cannot open file: Permission denied',
      'open lock file /var/lib/postfix/master.lock: unable to set exclusive lock: Resource temporarily unavailable',
    ],
  },
  {
    action: 'process_limit_wrong',
    level: 'fatal',
    text: 'service {service} requires a process limit of {limit}',
    samples: ['service qmgr requires a process limit of 1', 'service tlsmgr requires a process limit of 0'],
  },
  {
    action: 'privilege_missing',
    level: 'fatal',
    text: 'service {service} requires privileged operation',
    samples: ['service local requires privileged operation'],
  },
  {
    action: 'pass_attributes_ignored',
    level: 'warning',
    text: "service ignores 'pass' connection attributes",
    samples: ["service ignores 'pass' connection attributes"],
  },
  {
    action: 'drain_failed',
    level: 'warning',
    text: 'event_server_drain: dup2({}): {error}',
    samples: ['event_server_drain: dup2(0, 7): Bad file descriptor'],
  },
  {
    action: 'drain_failed',
    level: 'warning',
    text: 'multi_server_drain: dup2({}): {error}',
    samples: ['multi_server_drain: dup2(0, 7): Bad file descriptor'],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: 'fcntl F_DUPFD: {error}',
    samples: ['fcntl F_DUPFD: Too many open files'],
  },
  {
    action: 'read_failed',
    level: 'fatal',
    text: 'read: {error}',
    samples: ['read: Connection reset by peer'],
  },
  {
    action: 'chdir_failed',
    level: 'fatal',
    text: 'chdir({?"?}{path}{?"?}): {error}',
    samples: ['chdir("/var/spool/postfix"): No such file or directory', 'chdir(/var/spool/postfix): No such file or directory'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'invalid "-o {setting}" option value: {error}',
    samples: ['invalid "-o smtpd_tls_security_level" option value: missing \'=\' after attribute name'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'invalid {socket_count|retirement time|option}: {value}',
    samples: ['invalid socket_count: 0', 'invalid retirement time: x', 'invalid option: Q'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'bad generation: {value}',
    samples: ['bad generation: x'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'no transport type specified',
    samples: ['no transport type specified'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unsupported transport type: {value}',
    samples: ['unsupported transport type: sctp'],
  },
  {
    action: 'not_run_by_master',
    level: 'fatal',
    text: 'do not run this command by hand',
    samples: ['do not run this command by hand'],
  },

  // master/mail_flow.c
  {
    action: 'flow_control_failed',
    level: 'warning',
    text: 'mail_flow_{get|put|count}: {error}',
    samples: ['mail_flow_count: Bad file descriptor', 'mail_flow_put: Broken pipe'],
  },
  {
    action: 'flow_control_failed',
    level: 'fatal',
    text: 'fstat flow pipe write descriptor: {error}',
    samples: ['fstat flow pipe write descriptor: Bad file descriptor'],
  },
];
