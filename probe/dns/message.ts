/**
 * DNS messages (RFC 1035, 4.1): one question out, and what came back. Of records, only those that lead to a relay are read.
 * A library would read fifty types more, and none says what is wrong with a message.
 */

/** Record types that are asked for, with their numbers. */
export const recordTypes = { A: 1, MX: 15, AAAA: 28 } as const;
export type RecordType = keyof typeof recordTypes;

const responseCodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;

export interface MailExchanger {
  readonly preference: number;
  /** Without the last dot, so the root (RFC 7505: no mail is taken) is ''. */
  readonly exchange: string;
}

export interface DnsReply {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL` …, or `RCODE 11` for one without a name here. */
  readonly rcode: string;
  /** Not all of it fitted into the datagram. */
  readonly truncated: boolean;
  /** Whether the server looks names up for others. */
  readonly recursion: boolean;
  readonly authoritative: boolean;
  /** Records of the type that was asked for, in the order in which they came. */
  readonly addresses: readonly string[];
  readonly exchangers: readonly MailExchanger[];
}

/** The bytes are no DNS message. */
export class MalformedReply extends Error {}

/** Names that can be asked for: letters, digits, underscores, hyphens within, labels of at most 63 characters, 253 in all. */
export const canBeAsked = (name: string): boolean => name.length <= 253 && /^\w[\w-]{0,62}(\.\w[\w-]{0,62})*$/.test(name);

/**
 * A question as Postfix's resolver asks it: recursion wanted, no EDNS.
 * @param name one that `canBeAsked`
 */
export function question(id: number, name: string, type: RecordType): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(0x0100, 2);
  head.writeUInt16BE(1, 4);
  return Buffer.concat([head, ...labels, Buffer.of(0, 0, recordTypes[type], 0, 1)]);
}

/** Whether these bytes answer that question: the same id, the same question. */
export function answers(bytes: Buffer, asked: Buffer): boolean {
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== asked.readUInt16BE(0) || (bytes.readUInt16BE(2) & 0x8000) === 0) return false;
  // A server that cannot make sense of a question may leave it out.
  if (bytes.readUInt16BE(4) === 0) return true;
  const wanted = asked.subarray(12).toString('latin1').toLowerCase();
  return bytes.subarray(12, asked.length).toString('latin1').toLowerCase() === wanted;
}

/** @throws MalformedReply */
export function readReply(bytes: Buffer, type: RecordType): DnsReply {
  try {
    return read(bytes, type);
  } catch (error) {
    // Behind the end of a Buffer is a RangeError.
    if (error instanceof RangeError) throw new MalformedReply('it ends in the middle of a record');
    throw error;
  }
}

function read(bytes: Buffer, type: RecordType): DnsReply {
  const flags = bytes.readUInt16BE(2);
  const truncated = (flags & 0x0200) !== 0;
  const addresses: string[] = [];
  const exchangers: MailExchanger[] = [];
  let at = 12;
  for (let left = bytes.readUInt16BE(4); left > 0; left--) at = nameAt(bytes, at).next + 4;
  // What is truncated is asked again by TCP, so its records are not looked at.
  for (let left = truncated ? 0 : bytes.readUInt16BE(6); left > 0; left--) {
    at = nameAt(bytes, at).next;
    const [recordType, recordClass, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2), bytes.readUInt16BE(at + 8)];
    at += 10;
    if (at + length > bytes.length) throw new RangeError();
    if (recordType === recordTypes[type] && recordClass === 1) {
      if (type === 'MX') exchangers.push({ preference: bytes.readUInt16BE(at), exchange: nameAt(bytes, at + 2).name });
      else addresses.push(addressIn(bytes.subarray(at, at + length), type));
    }
    at += length;
  }
  return {
    rcode: responseCodes[flags & 15] ?? `RCODE ${flags & 15}`,
    truncated,
    recursion: (flags & 0x0080) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    addresses,
    exchangers,
  };
}

/** The name that begins at `at`, and where the bytes behind it begin. */
function nameAt(bytes: Buffer, at: number): { readonly name: string; readonly next: number } {
  const labels: string[] = [];
  let next: number | undefined;
  let length = 0;
  for (;;) {
    const size = bytes.readUInt8(at);
    if (size >= 0xc0) {
      const target = bytes.readUInt16BE(at) & 0x3fff;
      next ??= at + 2;
      // Only backwards, so that no chain of pointers is endless.
      if (target >= at) throw new MalformedReply('a name in it points forwards');
      at = target;
    } else if (size >= 0x40) {
      throw new MalformedReply('a label in it has an unknown kind');
    } else if (size === 0) {
      return { name: labels.join('.'), next: next ?? at + 1 };
    } else {
      if (at + 1 + size > bytes.length) throw new RangeError();
      length += size + 1;
      if (length > 255) throw new MalformedReply('a name in it is too long');
      labels.push(bytes.toString('latin1', at + 1, at + 1 + size));
      at += size + 1;
    }
  }
}

function addressIn(data: Buffer, type: 'A' | 'AAAA'): string {
  if (data.length !== (type === 'A' ? 4 : 16)) throw new MalformedReply(`an ${type} record in it has ${data.length} bytes`);
  if (type === 'A') return data.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => data.readUInt16BE(2 * i).toString(16));
  // The URL parser writes addresses as RFC 5952 has them.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
