/** What the dashboards mean by their words: the same as the questions of the reports (store/elasticsearch/questions/). */
import { timeoutKinds } from '../../report/failures.js';
import { above, all, has, is, oneOf } from './kql.js';

/** Among the attempts: tries at relays, each with the time that it took. */
export const aTry = is('event.action', 'attempt');
export const aFailedTry = all(aTry, has('postfix.reason.kind'));
export const aTimeout = all(aTry, oneOf('postfix.reason.kind', timeoutKinds));
/** Among the attempts: what c of a delivery was spent on. */
export const aDelivery = is('event.action', 'delivery');

/** A line of a delivery with its `delays=a/b/c/d`. */
export const aDelayLine = all(has('postfix.attempt'), has('postfix.delays.before_queue_manager'));

/** Messages that had not left when the log ends. */
export const isWaiting = oneOf('postfix.state', ['queued', 'deferred', 'held']);
export const wasDelayed = above('postfix.failed_attempts', 0);

export const aClient = all(is('postfix.daemon', 'smtpd'), is('event.action', 'client'));
export const aReject = oneOf('event.action', ['reject', 'milter_reject', 'proxy_reject']);
export const tlsIn = all(is('postfix.daemon', 'smtpd'), has('tls.version'));
export const tlsOut = all(is('postfix.daemon', 'smtp'), has('tls.version'));

/** What somebody did with the queue, by postsuper(1), and what checks held or discarded. */
export const aHold = oneOf('event.action', ['hold', 'milter_hold', 'held', 'released']);
export const aDeletion = oneOf('event.action', ['deleted', 'discard', 'milter_discard', 'requeued']);

export const aQueue = is('postfix.snapshot.kind', 'queue');
