/** Mail that programs on the host bring with sendmail(1). */
import type { Steps } from './agenda.js';
import { compactTime } from './bounce.js';
import { outgoing } from './envelope.js';
import { activate, open } from './queue.js';
import type { Server } from './server.js';

const CLEANUP = 'postfix/cleanup';

const LOCAL_USERS = [
  { uid: 0, name: 'root' },
  { uid: 33, name: 'www-data' },
  { uid: 1001, name: 'backup' },
  { uid: 1004, name: 'deploy' },
  { uid: 112, name: 'munin' },
] as const;

/** A program on this host calls sendmail. */
export function* pickupSubmission(server: Server): Steps {
  const { random, settings } = server;
  const { uid, name } = random.pick(LOCAL_USERS);
  const sender = `${name}@${settings.fqdn}`;
  const draft = outgoing(server, sender);
  const envelope = { ...draft, recipients: draft.recipients.slice(0, 3) };
  const cleanup = server.take(CLEANUP);
  const message = yield* open(server, envelope, { uid });
  yield random.between(0.0003, 0.002);
  server.say(server.pickup, `${message.id}: uid=${uid} from=<${name}>`);
  envelope.messageId = `<${compactTime(server.now)}.${message.id}@${settings.fqdn}>`;
  yield random.between(0.0005, 0.004);
  server.say(cleanup, `${message.id}: message-id=${envelope.messageId}`);
  yield random.between(0.0005, 0.004);
  server.start(activate(server, message), random.between(0.0001, 0.002));
  server.release(CLEANUP, cleanup);
}
