/** OpenDKIM (its opendkim/opendkim.c). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const opendkim: readonly Pattern[] = [
  {
    action: 'dkim_signed',
    text: 'DKIM-Signature field added (s={key}, d={target})',
    samples: ['DKIM-Signature field added (s=mail2026, d=example.com)'],
  },
  {
    action: 'dkim_pass',
    text: 'DKIM verification successful',
    samples: ['DKIM verification successful'],
  },
  {
    action: 'dkim_result',
    text: 'signature={detail:word} domain={target:word} selector={key:word} result="{reason}"',
    samples: ['signature=AbCdEf12 domain=example.net selector=s1 result="signature verification failed"'],
  },
  {
    action: 'dkim_key_missing',
    text: 'key retrieval failed (s={key}, d={target}){?: {error}?}',
    samples: [
      "key retrieval failed (s=s1, d=example.net): 's1._domainkey.example.net' record not found",
      'key retrieval failed (s=s1, d=example.net)',
    ],
  },
  {
    action: 'dkim_key_missing',
    text: 'key revoked (s={key}, d={target})',
    samples: ['key revoked (s=s1, d=example.net)'],
  },
  {
    action: 'dkim_fail',
    text: '{bad|no} signature data',
    samples: ['bad signature data', 'no signature data'],
  },
  {
    action: 'dkim_ssl',
    text: 's={key:word} d={target:word} {?a={} ?}SSL{? {error}?}',
    samples: ['s=s1 d=example.net SSL error:02001068:rsa routines:int_rsa_verify:bad signature', 's=s1 d=example.net a=rsa-sha256 SSL '],
  },
  {
    action: 'dkim_not_signed',
    text: '{client_host} [{client_ip}] not internal',
    samples: ['client.example.net [192.0.2.1] not internal', 'client.example.net [2001:db8::1] not internal'],
  },
  {
    action: 'dkim_not_signed',
    text: 'not {?POP ?}authenticated',
    samples: ['not authenticated'],
  },
  {
    action: 'dkim_not_signed',
    text: "no signing {table|domain|subdomain} match for '{target}'",
    samples: ["no signing table match for 'user@example.com'", "no signing domain match for 'example.com'"],
  },
  {
    action: 'dkim_not_signed',
    text: 'no MTA name match (host={client_host:word}, MTA={})',
    samples: ['no MTA name match (host=client.example.net, MTA=MTA)'],
  },
  {
    action: 'dkim_not_signed',
    text: 'external host {client_host} attempted to send as {target}',
    samples: ['external host client.example.net attempted to send as example.com'],
  },
  ...anyLine('no macros match', "can't determine message sender; accepting", 'OpenDKIM Filter v2.11.0 starting (args: -f)'),
];
