/** spamd of SpamAssassin (its spamd/spamd.raw). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const spamd: readonly Pattern[] = [
  {
    action: 'mail_checked',
    text: 'spamd: result: {detail:word} {value} - {} scantime={elapsed},size={size},user={user:word},uid={uid},required_score={},rhost={client_host:word},raddr={client_ip},rport={},mid={message_id}{?,rmid={}?}{?,bayes={}?},autolearn={}',
    samples: [
      'spamd: result: Y 15 - BAYES_99,HTML_MESSAGE,URIBL_BLACK scantime=1.2,size=2345,user=debian-spamd,uid=113,required_score=5.0,rhost=localhost,raddr=127.0.0.1,rport=51234,mid=<1@example.net>,bayes=0.999999,autolearn=spam autolearn_force=no',
      'spamd: result: . -1 - ALL_TRUSTED scantime=0.3,size=845,user=(unknown),uid=113,required_score=5.0,rhost=::1,raddr=::1,rport=51234,mid=(unknown),autolearn=ham',
    ],
  },
  {
    action: 'mail_checked',
    text: 'spamd: {clean message|identified spam} ({value}/{}) for {user}:{uid} in {elapsed} seconds, {size} bytes.',
    samples: [
      'spamd: identified spam (15.2/5.0) for debian-spamd:113 in 1.2 seconds, 2345 bytes.',
      'spamd: clean message (-1.0/5.0) for user@example.com:113 in 0.3 seconds, 845 bytes.',
    ],
  },
  {
    action: 'mail_check_started',
    text: 'spamd: {processing|checking} message {message_id}{? aka {}?} for {user:word}:{uid}',
    samples: [
      'spamd: processing message <1@example.net> for debian-spamd:113',
      'spamd: checking message (unknown) aka <2@example.net> for user:1000',
    ],
  },
  {
    action: 'connect',
    text: 'spamd: {?unauthorized ?}connection from {client_host} [{client_ip}]:{client_port} to port {local_port}, fd {}',
    samples: [
      'spamd: connection from localhost [127.0.0.1]:51234 to port 783, fd 5',
      'spamd: connection from ip6-localhost [::1]:51234 to port 783, fd 6',
    ],
  },
  ...anyLine(
    'prefork: child states: II',
    'spamd: setuid to debian-spamd succeeded',
    'spamd: server started on IO::Socket::IP [::1]:783 (running version 4.0.0)',
  ),
];
