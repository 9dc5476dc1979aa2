/**
 * What is done about each answer of Elasticsearch, in one table. `client.helpers.bulk` tries again on 429 only, and drops
 * the rest (FACTS); here a line is dropped in no case: it is stored, it is in quarantine, or whoever gave it still has it.
 */
export type Action =
  /** It lies in the index now. */
  | 'stored'
  /** It lay there before. */
  | 'already_there'
  /** Neither the document nor we are to blame: again, for ever, ever more slowly. */
  | 'retry'
  /** Perhaps the document is to blame: again a few times, then into quarantine. */
  | 'retry_few'
  /** The document is to blame, and would be tomorrow: into quarantine with what Elasticsearch says. */
  | 'quarantine'
  /** The request is too large, or one of its lines spoils it for all: in two halves. */
  | 'split'
  /** No document can be stored until somebody does something: stop, and say what. */
  | 'stop';

interface Row {
  /** Of a document in an answer, or of the whole request. */
  readonly of: 'document' | 'request';
  readonly status: number | readonly [from: number, to: number];
  /** `error.type`; any where there is none. */
  readonly type?: RegExp;
  readonly action: Action;
  /** What to do, where somebody has to. */
  readonly advice?: string;
}

const asking = 'The user or API key lacks a privilege; mappings/roles/ has those that each program needs.';
const settingUp = "Run 'postscope setup' with this version of postscope.";

/** The first row that fits counts. */
const rows: readonly Row[] = [
  { of: 'document', status: [200, 201], action: 'stored' },
  // Lines are only ever created, under an `_id` that says all of what they are (postfix/identity.ts); of messages and attempts a
  // later fold is there, which knew more (folding.ts).
  { of: 'document', status: 409, action: 'already_there' },
  // What a release takes out of quarantine may have been taken out by somebody else; what a fold replaces, too.
  { of: 'document', status: 404, type: /^$/, action: 'already_there' },
  // A full queue, a circuit breaker, and the block of a full disk, which comes inside an answer of 200 (FACTS).
  { of: 'document', status: 429, action: 'retry' },
  // Somebody made the index read-only, for a while: to move, shrink or save it.
  { of: 'document', status: 403, type: /^cluster_block_exception$/, action: 'retry' },
  { of: 'document', status: [401, 403], action: 'stop', advice: asking },
  {
    of: 'document',
    status: 404,
    action: 'stop',
    advice: `The cluster makes no index by itself (action.auto_create_index must allow it). ${settingUp}`,
  },
  // A document has no field but those of its schema, so the mapping is an older one, or somebody else's.
  {
    of: 'document',
    status: 400,
    type: /^strict_dynamic_mapping_exception$/,
    action: 'stop',
    advice: `The mapping lacks a field. ${settingUp}`,
  },
  // No index of a month can be made, as the cluster has as many shards as it may have. That says nothing of its lines.
  {
    of: 'document',
    status: 400,
    type: /^validation_exception$/,
    action: 'stop',
    advice: 'Delete indices that nobody needs, or raise cluster.max_shards_per_node.',
  },
  // document_parsing_exception, illegal_argument_exception (a term too long) …; a month that was closed is a reason too: it
  // would hold up all others, and what is in quarantine can be stored when it is open.
  { of: 'document', status: 400, action: 'quarantine' },
  // A shard that is away, a node that goes, a master that is being elected.
  { of: 'document', status: [502, 504], action: 'retry' },
  // The server's own fault, which a single document may bring about each time.
  { of: 'document', status: [500, 599], action: 'retry_few' },
  { of: 'document', status: [402, 499], action: 'quarantine' },

  // http.max_content_length, or the limit of a proxy.
  { of: 'request', status: 413, action: 'split' },
  { of: 'request', status: 429, action: 'retry' },
  { of: 'request', status: 401, action: 'stop', advice: 'User, password or API key are not those of this Elasticsearch.' },
  { of: 'request', status: 403, type: /^cluster_block_exception$/, action: 'retry' },
  { of: 'request', status: 403, action: 'stop', advice: asking },
  // Client 9 does not talk to server 8 (FACTS).
  { of: 'request', status: [400, 406], type: /^media_type_header_exception$/, action: 'stop', advice: 'This is no Elasticsearch 9.' },
  { of: 'request', status: 400, type: /^process_cluster_event_timeout_exception$/, action: 'retry' },
  // One bad action line, or an `_id` of more than 512 bytes, and nothing of the request is stored (FACTS).
  { of: 'request', status: 400, type: /./, action: 'split' },
  // What is asked for by name is not there; where that may be, it is asked for so (patience.ts).
  { of: 'request', status: [404, 405], type: /./, action: 'stop' },
  // All else is not Elasticsearch's word on what we sent: a server that starts or ends, a proxy in front of it.
  { of: 'request', status: [400, 599], action: 'retry' },
];

/** What Elasticsearch said of a document or a request. */
export interface Said {
  readonly of: Row['of'];
  readonly status: number;
  /** `error.type`; empty where the answer has none. */
  readonly type: string;
  readonly reason: string;
}

/** @returns what to do, and where somebody has to do something, what */
export function outcomeFor({ of, status, type }: Said): Pick<Row, 'action' | 'advice'> {
  for (const row of rows) {
    if (row.of !== of) continue;
    const [from, to] = typeof row.status === 'number' ? [row.status, row.status] : row.status;
    if (status >= from && status <= to && (row.type === undefined || row.type.test(type))) return row;
  }
  // A status that HTTP does not know, or a redirection.
  return { action: 'retry' };
}

/** In the words of the server, with the innermost cause, which is the one that names the field. */
export function said(of: Row['of'], status: number, error: unknown): Said {
  if (typeof error !== 'object' || error === null)
    return { of, status, type: '', reason: typeof error === 'string' ? clip(error) : `status ${status}` };
  const { type, reason, caused_by } = error as ErrorBody;
  const reasons = [reason ?? ''];
  for (let at = caused_by; at !== undefined && reasons.length < 5; at = at.caused_by) if (at.reason) reasons.push(at.reason);
  return { of, status, type: type ?? '', reason: clip(reasons.filter((text) => text !== '').join(': ')) };
}

interface ErrorBody {
  readonly type?: string;
  readonly reason?: string;
  readonly caused_by?: ErrorBody;
}

/** Elasticsearch quotes values whole. */
const clip = (text: string) => (text.length > 500 ? `${text.slice(0, 499)}…` : text);
