/** What a probe found: plain JSON, kept as a snapshot as it is. Times are ISO 8601 in UTC, lengths of time in seconds. */
import { z } from 'zod';
import { kinds, phases } from '../postfix/reason.js';

const instant = z.iso.datetime();
const seconds = z.number().nonnegative();

/** One question to one nameserver. */
const questionSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['MX', 'A', 'AAAA']),
  /** From the first datagram to the answer, or to giving up. */
  seconds,
  tries: z.number().int().positive(),
  /** `answered` says that there was a reply, whatever its `rcode`. */
  outcome: z.enum(['answered', 'timeout', 'unreachable', 'malformed']),
  /** How the last answer came, or was waited for. */
  transport: z.enum(['udp', 'tcp']),
  /** The answer by UDP was cut off, and asked for again by TCP. */
  truncated: z.boolean(),
  rcode: z.string().exactOptional(),
  /** Whether the server looks names up for others. */
  recursion: z.boolean().exactOptional(),
  /** `10 mx.example.com` for MX, addresses else. */
  records: z.array(z.string()),
  /** Why there is no answer. */
  error: z.string().exactOptional(),
});

const nameserverSchema = z.strictObject({
  address: z.string(),
  port: z.number().int(),
  /** Files that name it; none where it was named by hand. */
  files: z.array(z.string()),
  questions: z.array(questionSchema),
});

/** A file that says which nameservers are asked. */
const resolvSchema = z.strictObject({
  path: z.string(),
  nameservers: z.array(z.string()),
  /** Seconds that a resolver waits for a nameserver, and how often it asks each of them. */
  timeout: z.number(),
  attempts: z.number(),
  /** What is odd about the file. */
  notes: z.array(z.string()),
});

/** One step of an SMTP conversation. */
const stepSchema = z.strictObject({
  phase: z.enum(phases),
  seconds,
  /** What the server said. */
  reply: z.string().exactOptional(),
  failure: z.strictObject({ kind: z.enum(kinds), text: z.string() }).exactOptional(),
});

const certificateSchema = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  /** DNS names and IP addresses that it is for. */
  names: z.array(z.string()),
  notBefore: instant,
  notAfter: instant,
  sha256: z.string(),
});

const tlsSchema = z.strictObject({
  protocol: z.string(),
  cipher: z.string(),
  /** The server's own first, then who signed it, as far as it sent them. */
  chain: z.array(certificateSchema),
  /** Why the chain is not trusted (OpenSSL's words); undefined where it is. */
  untrusted: z.strictObject({ code: z.string(), text: z.string() }).exactOptional(),
  /** The name that the certificate was held against; undefined where the relay is named by its address only. */
  name: z.string().exactOptional(),
  nameMatches: z.boolean().exactOptional(),
});

/** One address of a relay. */
const relaySchema = z.strictObject({
  /** As Postfix has it: `[relay.example.net]:587`. */
  destination: z.string(),
  host: z.string(),
  address: z.string(),
  port: z.number().int(),
  /** Of MX. */
  preference: z.number().int().exactOptional(),
  /** The address that was dialled from. */
  localAddress: z.string().exactOptional(),
  /** All steps together. */
  seconds,
  steps: z.array(stepSchema),
  /** What it says that it can do. */
  extensions: z.array(z.string()),
  tls: tlsSchema.exactOptional(),
});

const routeSchema = z.strictObject({
  address: z.string(),
  tool: z.enum(['traceroute', 'mtr']),
  seconds,
  /** What the tool printed. */
  lines: z.array(z.string()),
  reached: z.boolean(),
  error: z.string().exactOptional(),
});

/** What a finding is about; `findings.ts` says when each is made. */
export const findingKinds = [
  'nameserver_silent',
  'nameserver_unreachable',
  'nameserver_malformed',
  'nameserver_refuses',
  'nameserver_no_tcp',
  'nameserver_slow',
  'nameservers_differ',
  'resolv_file_odd',
  'resolv_files_differ',
  'name_without_address',
  'name_takes_no_mail',
  'addresses_left_out',
  'authorities_unreadable',
  'relay_failed',
  'relay_slow',
  'relay_without_tls',
  'relay_old_tls',
  'certificate_untrusted',
  'certificate_wrong_name',
  'certificate_expires_soon',
] as const;

const findingSchema = z.strictObject({
  kind: z.enum(findingKinds),
  /** `failure`: something did not answer, or mail cannot be handed over so. `warning`: it answered, and wants a look. */
  severity: z.enum(['failure', 'warning']),
  /** The nameserver, name or relay address that it is about. */
  subject: z.string(),
  sentence: z.string(),
  /** What to do. */
  next: z.string(),
});

export const probeResultSchema = z.strictObject({
  /** When it began. */
  time: instant,
  seconds,
  /** Destinations that were probed, as Postfix has them; none where mail goes to each recipient's own domain. */
  destinations: z.array(z.string()),
  /** Where the destinations come from. */
  from: z.string(),
  helo: z.string(),
  resolv: z.array(resolvSchema),
  nameservers: z.array(nameserverSchema),
  relays: z.array(relaySchema),
  routes: z.array(routeSchema),
  findings: z.array(findingSchema),
});

export type ProbeResult = z.infer<typeof probeResultSchema>;
export type ProbedNameserver = z.infer<typeof nameserverSchema>;
export type ProbedQuestion = z.infer<typeof questionSchema>;
export type ProbedRelay = z.infer<typeof relaySchema>;
export type ProbedStep = z.infer<typeof stepSchema>;
export type ProbedTls = z.infer<typeof tlsSchema>;
export type ProbedRoute = z.infer<typeof routeSchema>;
export type ResolvFile = z.infer<typeof resolvSchema>;
export type ProbeFinding = z.infer<typeof findingSchema>;
