/** clamav-milter (its clamav-milter/clamfi.c) and clamd. */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const clamav: readonly Pattern[] = [
  {
    action: 'virus_found',
    text: "Message {queue_id} from <{sender}> to <{recipient}> with subject '{}' message-id '{message_id}' date '{}' infected by {detail:word}",
    samples: [
      "Message 4ABC01234 from <sender@example.net> to <user@example.com> with subject 'x' message-id '<1@example.net>' date 'Tue, 24 Nov 2026 08:00:00 +0000' infected by Eicar-Test-Signature",
    ],
  },
  {
    action: 'virus_found',
    text: 'Message from <{sender}> to <{recipient}> infected by {detail:word}',
    samples: ['Message from <sender@example.net> to <user@example.com> infected by Eicar-Test-Signature'],
  },
  {
    action: 'mail_clean',
    text: 'Clean message from <{sender}> to <{recipient}>',
    samples: ['Clean message from <sender@example.net> to <user@example.com>'],
  },
  {
    action: 'mail_clean',
    text: "Clean message {queue_id} from <{sender}> to <{recipient}> with subject '{}' message-id '{message_id}' date '{}'{? {}?}",
    samples: [
      "Clean message 4ABC01234 from <sender@example.net> to <user@example.com> with subject 'x' message-id '<1@example.net>' date 'Tue, 24 Nov 2026 08:00:00 +0000'",
    ],
  },
  // clamd, shared/output.c
  {
    action: 'virus_found',
    text: '{path}: {detail:word}{?({}) ?} FOUND',
    samples: ['instream(127.0.0.1@51234): Eicar-Test-Signature FOUND', '/var/lib/amavis/tmp/x/p001: Eicar-Test-Signature FOUND'],
  },
  ...anyLine('SelfCheck: Database status OK.', 'No reply from clamd', 'WARNING: No clamd server appears to be available'),
];
