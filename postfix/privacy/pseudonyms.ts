/** What stands for an address, a login name or a message-id, under one key. */
import { createHmac } from 'node:crypto';
import type { HidingMode } from './mode.js';

/** Hex digits of a pseudonym: 80 bits, so that of a hundred million no two are likely to be the same. */
const digits = 20;
/** What is remembered, as most addresses of a log come again and again. */
const remembered = 20_000;

/** What a domain looks like, or an address literal (RFC 5321, 4.1.3); what else stands behind an @ is hidden with the rest. */
const domainShape = /^(?:[\p{L}\p{M}\p{N}\xa1-\xff\ue080-\ue09f._-]*|\[(?:IPv6:)?[\d.:a-f]+\])$/iu;

export class Pseudonyms {
  private readonly known = new Map<string, string>();

  /** @param key of the HMAC; the same on all machines whose lines have to join */
  constructor(
    readonly mode: HidingMode,
    private readonly key: Buffer,
  ) {}

  /** Whether this address, or name without a domain, is hidden at all. */
  hides(_value: string): boolean {
    return true;
  }

  /** An address, or a name without a domain; capitals do not matter, nor does quoting. Nothing stays nothing. */
  address(value: string): string {
    if (value === '') return value;
    const { local, domain } = parts(value);
    if (domain === undefined) return this.standIn(local);
    const kept = this.mode === 'full' ? '-' : domain.toLowerCase();
    return `${this.standIn(`${local}@${domain}`)}@${kept}`;
  }

  /** What stands for the local part alone where a text repeats it: the same as in the address. */
  local(value: string): string {
    const hidden = this.address(value);
    const end = hidden.lastIndexOf('@');
    return end < 0 ? hidden : hidden.slice(0, end);
  }

  /**
   * A message-id, without brackets. It names a mail and no person, and servers of several hosts are joined by it, so its
   * left side has a pseudonym in every mode.
   */
  messageId(value: string): string {
    if (value === '') return value;
    const { domain } = parts(value);
    const left = this.pseudonym(value);
    if (domain === undefined) return left;
    return `${left}@${this.mode === 'full' ? '-' : domain.toLowerCase()}`;
  }

  private standIn(value: string): string {
    return this.mode === 'pseudonymous' ? this.pseudonym(value) : '-';
  }

  protected pseudonym(value: string): string {
    let made = this.known.get(value);
    if (made === undefined) {
      if (this.known.size >= remembered) this.known.clear();
      made = `p-${createHmac('sha256', this.key).update(folded(value)).digest('hex').slice(0, digits)}`;
      this.known.set(value, made);
    }
    return made;
  }
}

/** An address taken apart. */
export interface AddressParts {
  /** Without its quotes. */
  readonly local: string;
  /** Undefined where there is none, or what stands there is none. */
  readonly domain: string | undefined;
}

export function parts(address: string): AddressParts {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 0 || !domainShape.test(domain)) return { local: unquoted(address), domain: undefined };
  return { local: unquoted(address.slice(0, at)), domain };
}

/** Without the quotes around it: Postfix up to 3.4 logs none (postconf(5), info_log_address_format). */
const unquoted = (local: string) => (/^"(?:\\.|[^"\\])*"$/s.test(local) ? local.slice(1, -1).replace(/\\(.)/gs, '$1') : local);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Capitals, and the ways to write an accent, do not make another person; nor do bytes that were read as Latin-1 (text.ts). */
export function folded(value: string): string {
  const bytes = value.replace(/[\ue000-\ue09f]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xe000));
  let text = bytes;
  if (/[\x80-\xff]/.test(bytes) && !/[^\0-\xff]/.test(bytes)) {
    try {
      text = utf8.decode(Buffer.from(bytes, 'latin1'));
    } catch {
      // It was Latin-1.
    }
  }
  return text.normalize('NFC').toLowerCase();
}
