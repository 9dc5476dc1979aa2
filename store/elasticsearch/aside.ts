/** A line in quarantine, as it lies in `<prefix>-quarantine`; its `_id` is `asideId` (store/aside.ts). */
import type { KeptText } from '../../postfix/text.js';
import { asideId } from '../aside.js';
import type { Aside, QuarantinedLine, QuarantineReason } from '../port.js';

export interface QuarantineDocument {
  /** The `_id` once more, to sort by. */
  readonly id: string;
  readonly reason: QuarantineReason;
  readonly why?: string;
  readonly key: string;
  readonly path: string;
  readonly offset: number;
  readonly ordinal: number;
  readonly line: string;
  readonly encoding: KeptText['encoding'];
  readonly zone: string;
  readonly host: string;
  readonly anchor: number;
}

export function toQuarantineDocument(line: Aside): QuarantineDocument {
  const { reason, why, source, offset, ordinal, text, zone, host, anchor } = line;
  return {
    id: asideId(line),
    reason,
    ...(why === undefined ? {} : { why }),
    key: source.key,
    path: source.path,
    offset,
    ordinal,
    line: text.text,
    encoding: text.encoding,
    zone,
    host,
    anchor: Math.trunc(anchor),
  };
}

export function fromQuarantineDocument(document: QuarantineDocument): QuarantinedLine {
  const { id, reason, why, key, path, offset, ordinal, line, encoding, zone, host, anchor } = document;
  return { id, reason, why, source: { key, path }, offset, ordinal, text: { text: line, encoding }, zone, host, anchor };
}
