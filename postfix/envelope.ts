/**
 * What stands in front of a message: when, where, who (RFC 3164, RFC 3339, RFC 5424, journald, containers).
 * One reader reads one file or stream, as what a stamp means depends on the lines before it.
 */
import type { Clock, ClockDoubt } from './clock.js';
import { asciiBytes } from './grammar.js';

/** Who wrote a line. The lines of one program on one host share theirs. */
export interface Origin {
  readonly host: string;
  /** As logged: `postfix/submission/smtpd`; empty where there is none. */
  readonly program: string;
}

/** The front of one line, and where the rest of it is. */
export interface Envelope<O extends Origin = Origin> {
  /** Milliseconds since the epoch, with a fraction where the log has microseconds. */
  time: number;
  origin: O;
  pid: number | undefined;
  /** Syslog priority (facility × 8 + severity), where the line has one. */
  priority: number | undefined;
  doubt: ClockDoubt | undefined;
  /** What the offsets count in: for journald and Docker the text inside the JSON. */
  text: string;
  bytes: Uint8Array;
  /** Where the line starts, where the message starts, and where both end. */
  start: number;
  at: number;
  end: number;
}

const months = new Map(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, i) => [name, i]));
/** Days of the months, February at its longest. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysIn = (month: string) => longest[months.get(month) as number] as number;
const space = 32;
const colon = 58;
const bracket = 91;
/** `host program` of what is remembered. */
const longestOrigin = 128;
/** A NUL as text.ts keeps it. */
const nul = '\ue000';

// `Nov  4 02:59:54`, also `Nov 4 02:59:54` and with the fraction of `journalctl -o short-precise`.
const rfc3164 = /(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) +(\d{1,2}):(\d\d):(\d\d)(\.\d{1,9})? +/y;
// Also `journalctl -o short-iso` (no colon in the offset).
const rfc3339 = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)? +/y;
const rfc5424 =
  /<(\d{1,3})>[1-9]\d? (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+) ?(?:\u00ef\u00bb\u00bf|\ufeff)?/y;
const priorityMark = /<(\d{1,3})>/y;
// Kubernetes' container runtime (CRI): time, stream, full or partial; `docker compose logs`: service and a bar; `kubectl logs --prefix`.
const containerMark = /(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP] |[\w.-]+ +\| |\[pod\/\S+\] )/y;
// What syslogd of Solaris puts in front of every message.
const solarisMessageId = /\[ID \d+ \w+\.\w+\] /y;
const twoWords = /^([A-Za-z][\w.-]* [\w.-]+)\[(\d+)\]: /;
const repeated = /last message repeated \d+ times?$|message repeated \d+ times: \[/y;

/** Reads the fronts of lines; see `read`. The envelope is good until the next line is read: there is one, used again and again. `makeOrigin` is called once for each host and program. */
export class EnvelopeReader<O extends Origin> {
  /** The stamp of the last line, as a number of its characters, and what it meant: most lines share it with the one before. */
  private stampDay = -1;
  private stampClock = -1;
  private stampTime = 0;
  private stampDoubt: ClockDoubt | undefined;
  /** The hour of the last stamp where its other seconds can be reckoned, and when it began; see `Clock.plainHour`. */
  private plainHour = -1;
  private plainStart = 0;
  private readonly origins: (KnownOrigin<O> | undefined)[] = new Array(4096);
  private readonly byName = new Map<string, O>();

  constructor(
    readonly clock: Clock,
    /** The host of lines that name none (Docker). */
    private readonly defaultHost: string,
    private readonly makeOrigin: (host: string, program: string) => O,
  ) {}

  /**
   * The envelope of a line; undefined where it has no time.
   * @param text holds the line from `start` to `end`
   * @param bytes the same, a byte a character, characters beyond ASCII as bytes from 128; a newline or nothing at `end`
   */
  read(text: string, bytes: Uint8Array, start: number, end: number): Envelope<O> | undefined {
    // `Nov 24 02:59:54 `: compared as two numbers, without making a string of it.
    if (end - start > 16 && bytes[start + 15] === space && bytes[start + 9] === colon && bytes[start + 6] === space) {
      const b = bytes as { [i: number]: number };
      const dayNumber =
        ((b[start] as number) << 24) ^
        ((b[start + 1] as number) << 18) ^
        ((b[start + 2] as number) << 12) ^
        ((b[start + 4] as number) << 6) ^
        (b[start + 5] as number);
      const clockNumber =
        (((b[start + 7] as number) * 10 + (b[start + 8] as number)) * 100 + (b[start + 10] as number) * 10 + (b[start + 11] as number)) *
          100 +
        (b[start + 13] as number) * 10 +
        (b[start + 14] as number);
      if (clockNumber !== this.stampClock || dayNumber !== this.stampDay) {
        const hour = Math.floor(clockNumber / 10_000);
        const seconds = secondsIn(b, start);
        if (dayNumber === this.stampDay && hour === this.plainHour && seconds >= 0) {
          this.stampTime = this.plainStart + seconds * 1000;
          this.clock.passed(this.stampTime);
        } else {
          const time = this.readRfc3164(text, start);
          if (time === undefined || this.behind !== start + 16) return this.readOther(text, bytes, start, end);
          this.stampTime = time;
          this.stampDoubt = this.clock.doubt;
          const month = months.get(text.slice(start, start + 3)) as number;
          const plain = this.clock.plainHour(month, Number(text.slice(start + 4, start + 6)), Number(text.slice(start + 7, start + 9)));
          this.plainHour = plain === undefined ? -1 : hour;
          this.plainStart = plain ?? 0;
        }
        this.stampDay = dayNumber;
        this.stampClock = clockNumber;
      }
      return this.readOrigin(text, bytes, start, start + 16, end, this.stampTime, undefined, this.stampDoubt);
    }
    return this.readOther(text, bytes, start, end);
  }

  /** Any other form; the line is cut out, as these are read with regular expressions. */
  private readOther(text: string, bytes: Uint8Array, start: number, end: number): Envelope<O> | undefined {
    if (start === 0 && end === text.length) return this.readFrom(text, bytes, 0, undefined, this.defaultHost);
    const line = text.slice(start, end);
    return this.readFrom(line, asciiBytes(line), 0, undefined, this.defaultHost);
  }

  private readFrom(line: string, bytes: Uint8Array, from: number, priority: number | undefined, host: string): Envelope<O> | undefined {
    let at = from;
    // A crash of the machine leaves runs of NULs where the log was not yet on disk.
    while (line[at] === nul) at++;
    const first = line.charCodeAt(at);
    if (first >= 65 && first <= 83) {
      const time = this.readRfc3164(line, at);
      if (time !== undefined) return this.readOrigin(line, bytes, 0, this.behind, line.length, time, priority, this.clock.doubt);
    }
    if (first === 60) return this.readPriority(line, bytes, at, host);
    if (first === 123) return this.readJson(line.slice(at));
    containerMark.lastIndex = at;
    if (containerMark.test(line)) return this.readFrom(line, bytes, containerMark.lastIndex, priority, host);
    const time = this.readRfc3339(line, at);
    if (time === undefined) return undefined;
    // `docker logs -t` puts its own time in front of a line that has one.
    return (
      this.readContained(line, bytes, this.behind, priority, host) ??
      this.readOrigin(line, bytes, 0, this.behind, line.length, time, priority, undefined)
    );
  }

  private readContained(line: string, bytes: Uint8Array, at: number, priority: number | undefined, host: string): Envelope<O> | undefined {
    if (!months.has(line.slice(at, at + 3)) || line.charCodeAt(at + 3) !== space) return undefined;
    return this.readFrom(line, bytes, at, priority, host);
  }

  /** Where the stamp that was read last ends. */
  private behind = 0;

  private readRfc3164(text: string, from: number): number | undefined {
    rfc3164.lastIndex = from;
    const m = rfc3164.exec(text);
    if (m === null) return undefined;
    this.behind = rfc3164.lastIndex;
    const date = +(m[2] as string);
    const seconds = +(m[3] as string) * 3600 + +(m[4] as string) * 60 + +(m[5] as string);
    // Hour 24 and second 60 are written by some, minute 61 by none.
    if (date < 1 || date > daysIn(m[1] as string) || seconds > 86_400 || +(m[4] as string) > 59 || +(m[5] as string) > 60) return undefined;
    const time = this.clock.resolve(months.get(m[1] as string) as number, date, seconds);
    return m[6] === undefined ? time : time + Math.round(+m[6] * 1e6) / 1000;
  }

  private readRfc3339(text: string, from: number): number | undefined {
    rfc3339.lastIndex = from;
    const m = rfc3339.exec(text);
    if (m === null) return undefined;
    this.behind = rfc3339.lastIndex;
    const [, year, month, date, hour, minute, second, decimals, offset] = m as unknown as string[];
    if (
      !(
        Number(month) <= 12 &&
        Number(date) <= (longest[Number(month) - 1] ?? 0) &&
        Number(hour) <= 24 &&
        Number(minute) <= 59 &&
        Number(second) <= 60
      )
    )
      return undefined;
    if (month === '00' || date === '00') return undefined;
    const local = Date.UTC(Number(year), Number(month) - 1, Number(date), Number(hour), Number(minute), Number(second));
    const fraction = decimals === undefined ? 0 : Math.round(Number(`0.${decimals}`) * 1e6) / 1000;
    if (offset === undefined) return this.clock.zone.resolve(local).first + fraction;
    if (offset === 'Z') return local + fraction;
    const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
    return local + fraction - (offset.startsWith('-') ? -minutes : minutes) * 60_000;
  }

  private readPriority(line: string, bytes: Uint8Array, from: number, host: string): Envelope<O> | undefined {
    rfc5424.lastIndex = from;
    const m = rfc5424.exec(line);
    if (m !== null) {
      const at = rfc5424.lastIndex;
      const [, priority, stamp, hostname, program, procid] = m as unknown as string[];
      const time = this.readRfc3339(`${stamp} `, 0);
      if (time === undefined) return undefined;
      return {
        time,
        origin: this.originOf(hostname === '-' ? host : (hostname as string), program === '-' ? '' : (program as string)),
        pid: processId(procid),
        priority: Number(priority),
        doubt: undefined,
        text: line,
        bytes,
        start: 0,
        at,
        end: line.length,
      };
    }
    priorityMark.lastIndex = from;
    const mark = priorityMark.exec(line);
    return mark === null ? undefined : this.readFrom(line, bytes, priorityMark.lastIndex, Number(mark[1]), host);
  }

  /** `journalctl -o json`, and Docker's json-file log. */
  private readJson(json: string): Envelope<O> | undefined {
    let entry: unknown;
    try {
      entry = JSON.parse(json);
    } catch {
      return undefined;
    }
    if (typeof entry !== 'object' || entry === null) return undefined;
    const record = entry as Record<string, unknown>;
    const word = (key: string) => (typeof record[key] === 'string' ? (record[key] as string) : undefined);
    const log = word('log');
    if (log !== undefined) {
      const line = neutral(log.replace(/\r?\n$/, ''));
      const bytes = asciiBytes(line);
      const inner = this.readFrom(line, bytes, 0, undefined, this.defaultHost);
      if (inner !== undefined) return inner;
      const time = this.readRfc3339(`${word('time') ?? ''} `, 0);
      return time === undefined ? undefined : this.readTag(line, bytes, 0, time);
    }
    const micros = Number(word('_SOURCE_REALTIME_TIMESTAMP') ?? word('__REALTIME_TIMESTAMP'));
    const message = record.MESSAGE;
    // Text that is not UTF-8 comes as an array of bytes.
    const text = Array.isArray(message) ? Buffer.from(message as number[]).toString('utf8') : message;
    // Up to the year 9999.
    if (!(micros >= 0 && micros < 253_402_300_800e6) || typeof text !== 'string') return undefined;
    const line = neutral(text);
    const severity = word('PRIORITY');
    return {
      time: micros / 1000,
      origin: this.originOf(word('_HOSTNAME') ?? this.defaultHost, word('SYSLOG_IDENTIFIER') ?? word('_COMM') ?? ''),
      pid: processId(word('SYSLOG_PID') ?? word('_PID')),
      priority: severity === undefined ? undefined : Number(word('SYSLOG_FACILITY') ?? 2) * 8 + Number(severity),
      doubt: undefined,
      text: line,
      bytes: asciiBytes(line),
      start: 0,
      at: 0,
      end: line.length,
    };
  }

  /** Host, program and process ID: `mailer postfix/smtp[17681]: `. */
  private readOrigin(
    text: string,
    bytes: Uint8Array,
    start: number,
    from: number,
    end: number,
    time: number,
    priority: number | undefined,
    doubt: ClockDoubt | undefined,
  ): Envelope<O> {
    // Nearly every line has `host program[`, and nearly every one has been seen: found by four bytes and the length.
    const limit = Math.min(end, from + longestOrigin);
    const view = this.viewOf(bytes);
    let p = from;
    // Four bytes at a time, up to those that have one.
    for (; p + 4 <= limit; p += 4) {
      const word = view.getInt32(p, true) ^ 0x5b5b5b5b;
      if (((word - 0x01010101) & ~word & -2139062144) !== 0) break;
    }
    while (p < limit && bytes[p] !== bracket) p++;
    const slot =
      ((p - from) * 8191 +
        (bytes[from + 2] as number) * 131 +
        (bytes[p - 1] as number) * 31 +
        (bytes[p - 3] as number) * 1021 +
        (bytes[p - 5] as number)) &
      4095;
    const known = this.origins[slot];
    if (known !== undefined && stands(known, view, from, p)) {
      return this.readPid(text, bytes, start, from, p, end, known.origin, time, priority, doubt);
    }
    return this.readNewOrigin(text, bytes, start, from, end, time, priority, doubt, slot);
  }

  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = new DataView(this.bytes.buffer);

  /** Many lines stand in the same bytes. */
  private viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view;
  }

  /** The same for a host and program that were not seen before, or whose tag has no `[`. */
  private readNewOrigin(
    text: string,
    bytes: Uint8Array,
    start: number,
    from: number,
    end: number,
    time: number,
    priority: number | undefined,
    doubt: ClockDoubt | undefined,
    slot: number,
  ): Envelope<O> {
    let p = from;
    let c = 0;
    let tag = -1;
    // Up to `[`, or a colon, or the second space.
    for (; p < end; p++) {
      c = bytes[p] as number;
      if (c === bracket || (c === colon && (tag >= 0 || bytes[p + 1] === space))) break;
      if (c !== space) continue;
      if (tag >= 0) break;
      tag = p + 1;
    }
    // Docker's own output names no host: the program comes at once.
    if (tag < 0 && (c === bracket || c === colon)) return this.readTag(text.slice(from, end), asciiBytes(text.slice(from, end)), 0, time);
    if (tag < 0 || p === tag || p === end || (c !== bracket && c !== colon)) {
      return this.withoutTag(text, bytes, start, from, end, time, priority, doubt);
    }
    const origin = this.originOf(text.slice(from, tag - 1), text.slice(tag, p));
    if (c === bracket) {
      if (p - from >= 4 && p - from < longestOrigin)
        this.origins[slot] = { bytes: new DataView(Uint8Array.from(bytes.subarray(from, p)).buffer), length: p - from, origin };
      return this.readPid(text, bytes, start, from, p, end, origin, time, priority, doubt);
    }
    const at = this.behindMessageId(text, bytes, bytes[p + 1] === space ? p + 2 : p + 1);
    return this.give(time, origin, undefined, priority, doubt, text, bytes, start, Math.min(at, end), end);
  }

  /** The process ID, in brackets that open at `open`. */
  private readPid(
    text: string,
    bytes: Uint8Array,
    start: number,
    from: number,
    open: number,
    end: number,
    origin: O,
    time: number,
    priority: number | undefined,
    doubt: ClockDoubt | undefined,
  ): Envelope<O> {
    let pid: number | undefined = 0;
    let p = open + 1;
    let c = 0;
    for (; p < end; p++) {
      c = (bytes[p] as number) - 48;
      if (c < 0 || c > 9) break;
      pid = pid * 10 + c;
    }
    if (c !== 45 || bytes[p + 1] !== colon || p === open + 1) {
      // Not a process ID (`[ID 197553 mail.info]`, `[12,3]`): the tag ends where the colon is.
      pid = undefined;
      const close = text.indexOf(']:', open);
      if (close < 0 || close >= end) return this.withoutTag(text, bytes, start, from, end, time, priority, doubt);
      p = close;
    }
    const at = this.behindMessageId(text, bytes, bytes[p + 2] === space ? p + 3 : p + 2);
    return this.give(time, origin, pid, priority, doubt, text, bytes, start, Math.min(at, end), end);
  }

  private behindMessageId(text: string, bytes: Uint8Array, at: number): number {
    if (bytes[at] !== bracket) return at;
    solarisMessageId.lastIndex = at;
    return solarisMessageId.test(text) ? solarisMessageId.lastIndex : at;
  }

  private front: Envelope<O> | undefined;

  private give(
    time: number,
    origin: O,
    pid: number | undefined,
    priority: number | undefined,
    doubt: ClockDoubt | undefined,
    text: string,
    bytes: Uint8Array,
    start: number,
    at: number,
    end: number,
  ): Envelope<O> {
    const { front } = this;
    if (front === undefined) {
      this.front = { time, origin, pid, priority, doubt, text, bytes, start, at, end };
      return this.front;
    }
    front.time = time;
    front.origin = origin;
    front.pid = pid;
    front.priority = priority;
    front.doubt = doubt;
    front.text = text;
    front.bytes = bytes;
    front.start = start;
    front.at = at;
    front.end = end;
    return front;
  }

  /** A line of syslogd itself, or of a program that writes without a tag. */
  private withoutTag(
    text: string,
    bytes: Uint8Array,
    start: number,
    from: number,
    end: number,
    time: number,
    priority: number | undefined,
    doubt: ClockDoubt | undefined,
  ): Envelope<O> {
    const gap = text.indexOf(' ', from);
    const hasHost = gap > from && gap < end;
    const at = hasHost ? gap + 1 : from;
    const host = hasHost ? text.slice(from, gap) : this.defaultHost;
    const line = text.slice(at, end);
    repeated.lastIndex = 0;
    // journald takes the name of the process where a program gives none: `spamd child[7]: `.
    const named = hasHost ? twoWords.exec(line) : null;
    return {
      time,
      origin: this.originOf(host, named?.[1] ?? (repeated.test(line) ? 'syslogd' : '')),
      pid: processId(named?.[2]),
      priority,
      doubt,
      text,
      bytes,
      start,
      at: at + (named?.[0].length ?? 0),
      end,
    };
  }

  /** A line that begins with its program: of a container, whose host is where the container is. */
  private readTag(line: string, bytes: Uint8Array, from: number, time: number): Envelope<O> {
    const m = /^([^\s:[\]]+)(?:\[(\d+)\])?: ?/.exec(line.slice(from));
    const envelope = { time, pid: processId(m?.[2]), priority: undefined, doubt: undefined, text: line, bytes, start: 0, end: line.length };
    return { ...envelope, origin: this.originOf(this.defaultHost, m?.[1] ?? ''), at: from + (m?.[0].length ?? 0) };
  }

  private originOf(host: string, program: string): O {
    const key = `${host} ${program}`;
    let origin = this.byName.get(key);
    if (origin === undefined) {
      // Copies: slices would keep the block of text that they were cut from.
      origin = this.makeOrigin(Buffer.from(host).toString(), Buffer.from(program).toString());
      if (this.byName.size < 10_000) this.byName.set(Buffer.from(key).toString(), origin);
    }
    return origin;
  }
}

/** Minutes and seconds of a stamp that starts here, in seconds; -1 where they are no digits. */
function secondsIn(b: { [i: number]: number }, start: number): number {
  const m1 = (b[start + 10] as number) - 48;
  const m2 = (b[start + 11] as number) - 48;
  const s1 = (b[start + 13] as number) - 48;
  const s2 = (b[start + 14] as number) - 48;
  if ((m1 | m2 | s1 | s2) < 0 || m1 > 5 || s1 > 5 || m2 > 9 || s2 > 9 || b[start + 12] !== colon) return -1;
  return (m1 * 10 + m2) * 60 + s1 * 10 + s2;
}

interface KnownOrigin<O> {
  /** `host program`, as it stands in the line; four bytes at least. */
  readonly bytes: DataView;
  readonly length: number;
  readonly origin: O;
}

/** Whether these bytes stand there. */
function stands({ bytes: known, length }: KnownOrigin<unknown>, bytes: DataView, from: number, to: number): boolean {
  if (length !== to - from) return false;
  for (let i = 0; i + 4 <= length; i += 4) if (known.getInt32(i) !== bytes.getInt32(from + i)) return false;
  // The rest, with what stands in front of it.
  return known.getInt32(length - 4) === bytes.getInt32(to - 4);
}

function processId(text: string | undefined): number | undefined {
  const pid = Number(text);
  return text !== undefined && Number.isInteger(pid) ? pid : undefined;
}

/** Text out of JSON may hold control characters that text.ts has not seen. */
const neutral = (text: string) => text.replace(/[\0-\x08\x0a-\x1f\x7f]/g, (c) => String.fromCharCode(0xe000 + c.charCodeAt(0)));
