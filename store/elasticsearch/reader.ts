/** The questions of the port, asked of Elasticsearch; each stands in a file of its own in questions/. */
import type { Reader } from '../port.js';
import type { Asked } from './asked.js';
import { coverage } from './questions/coverage.js';
import { delays } from './questions/delays.js';
import { failures } from './questions/failures.js';
import { quarantine } from './questions/quarantine.js';
import { quarantined } from './questions/quarantined.js';
import { queueIdsOf } from './questions/queue_ids.js';
import { reasons } from './questions/reasons.js';
import { relays } from './questions/relays.js';
import { search } from './questions/search.js';
import { sources } from './questions/sources.js';
import { totals } from './questions/totals.js';
import { trace } from './questions/trace.js';
import { unrecognized } from './questions/unrecognized.js';

/** @throws StoreError, by every question */
export class ElasticsearchReader implements Reader {
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
  close() {
    return this.asked.close();
  }
}
