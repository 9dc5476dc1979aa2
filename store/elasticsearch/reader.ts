/** The questions of the port, asked of Elasticsearch; each stands in a file of its own in questions/. */
import type { MessageReader } from '../message_port.js';
import type { Reader } from '../port.js';
import type { Asked } from './asked.js';
import { attempts } from './questions/attempts.js';
import { coverage } from './questions/coverage.js';
import { delays } from './questions/delays.js';
import { facts } from './questions/facts.js';
import { failures } from './questions/failures.js';
import { messageCounts } from './questions/message_counts.js';
import { messages } from './questions/messages.js';
import { quarantine } from './questions/quarantine.js';
import { quarantined } from './questions/quarantined.js';
import { queueIdsOf } from './questions/queue_ids.js';
import { reasons } from './questions/reasons.js';
import { relays } from './questions/relays.js';
import { rests } from './questions/rests.js';
import { search } from './questions/search.js';
import { sources } from './questions/sources.js';
import { totals } from './questions/totals.js';
import { trace } from './questions/trace.js';
import { tries } from './questions/tries.js';
import { unrecognized } from './questions/unrecognized.js';
import { retentionLog } from './retention.js';
import { queuedIn, snapshots } from './snapshots.js';

/** @throws StoreError, by every question */
export class ElasticsearchReader implements Reader, MessageReader {
  constructor(protected readonly asked: Asked) {}

  totals(...[scope]: Parameters<Reader['totals']>) {
    return totals(this.asked, scope);
  }
  search(...[query]: Parameters<Reader['search']>) {
    return search(this.asked, query);
  }
  trace(...[queueId, scope]: Parameters<Reader['trace']>) {
    return trace(this.asked, queueId, scope);
  }
  queueIdsOf(...[messageId, scope]: Parameters<Reader['queueIdsOf']>) {
    return queueIdsOf(this.asked, messageId, scope);
  }
  failures(...[question]: Parameters<Reader['failures']>) {
    return failures(this.asked, question);
  }
  relays(...[question]: Parameters<Reader['relays']>) {
    return relays(this.asked, question);
  }
  delays(...[question]: Parameters<Reader['delays']>) {
    return delays(this.asked, question);
  }
  reasons(...[question]: Parameters<Reader['reasons']>) {
    return reasons(this.asked, question);
  }
  coverage(...[scope]: Parameters<Reader['coverage']>) {
    return coverage(this.asked, scope);
  }
  unrecognized(...[scope]: Parameters<Reader['unrecognized']>) {
    return unrecognized(this.asked, scope);
  }
  quarantine() {
    return quarantine(this.asked);
  }
  quarantined(...[question]: Parameters<Reader['quarantined']>) {
    return quarantined(this.asked, question);
  }
  sources() {
    return sources(this.asked);
  }
  messages(...[query]: Parameters<MessageReader['messages']>) {
    return messages(this.asked, query);
  }
  attempts(...[query]: Parameters<MessageReader['attempts']>) {
    return attempts(this.asked, query);
  }
  tries(...[question]: Parameters<MessageReader['tries']>) {
    return tries(this.asked, question);
  }
  rests(...[question]: Parameters<MessageReader['rests']>) {
    return rests(this.asked, question);
  }
  messageCounts(...[question]: Parameters<MessageReader['messageCounts']>) {
    return messageCounts(this.asked, question);
  }
  facts(...[question]: Parameters<MessageReader['facts']>) {
    return facts(this.asked, question);
  }
  /** Messages are of the same commit as their lines. */
  async unfolded() {
    return 0;
  }
  snapshots(...[query]: Parameters<Reader['snapshots']>) {
    return snapshots(this.asked, query);
  }
  queuedIn(...[id]: Parameters<Reader['queuedIn']>) {
    return queuedIn(this.asked, id);
  }
  retentionLog() {
    return retentionLog(this.asked);
  }
  close() {
    return this.asked.close();
  }
}
