/** rspamd: `<request>; module; function: text` (its src/libserver/logger/logger_syslog.c, conf/logging.inc). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const rspamd: readonly Pattern[] = [
  // The message-id comes first and is the sender's own: one with a > in it is left alone.
  {
    action: 'mail_checked',
    text: '<{}>; {}; rspamd_task_write_log: id: <{message_id:address}>, {?qid: <{queue_id}>, ?}{?ip: {client_ip}, ?}{?user: {user}, ?}{?from: <{sender}>, ?}({}: {} ({detail}): [{value:word}/{}] [{}]), len: {size}, time: {}{?, rcpts: <{recipient:text}{?,{}?}>?}{?, mime_rcpts: <{}>?}{?, file: {}?}{?, forced: {}?}{?, settings_id: {}?}',
    samples: [
      '<a1b2c3>; task; rspamd_task_write_log: id: <20261124.1@example.net>, qid: <4ABC01234>, ip: 192.0.2.1, from: <sender@example.net>, (default: F (no action): [-1.20/15.00] [R_SPF_ALLOW(-0.20){+ip4:192.0.2.0/24;},MIME_GOOD(-0.10){text/plain;}]), len: 2345, time: 123.456ms, dns req: 10, digest: <0123456789abcdef>, rcpts: <user@example.com>, mime_rcpts: <user@example.com>',
      '<a1b2c3>; proxy; rspamd_task_write_log: id: <undef>, qid: <4ABC01234>, ip: 2001:db8::1, user: user@example.com, from: <user@example.com>, (default: T (reject): [25.00/15.00] [GTUBE(0.00){}]), len: 345, time: 10.1ms real, 1.2ms virtual, dns req: 0, digest: <0123>, rcpts: <a@example.net,b@example.net>',
    ],
  },
  {
    action: 'milter_connection',
    text: '<{}>; milter; {}: got connection from {client_ip}:{client_port}',
    samples: ['<a1b2c3>; milter; rspamd_milter_process_command: got connection from 192.0.2.1:51234'],
  },
  {
    action: 'table_server_error',
    text: '<{}>; {}; {}: cannot connect to {detail}',
    samples: ['<a1b2c3>; lua; redis.lua:10: cannot connect to redis server 127.0.0.1:6379: Connection refused'],
  },
  ...anyLine('<a1b2c3>; cfg; rspamd_config_read: loaded 2 maps', '(normal) <a1b2c3>; task; accept_socket: accepted connection'),
];
