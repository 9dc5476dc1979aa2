/** One address of a relay: dialled, greeted, EHLO, STARTTLS, QUIT, each step timed. Nothing is ever handed over. */
import type { SecureContext } from 'node:tls';
import type { Phase } from '../../postfix/reason.js';
import { secondsSince } from '../deadline.js';
import type { ProbedRelay, ProbedStep, ProbedTls } from '../result.js';
import { tlsOf } from './certificate.js';
import { Conversation, type Dialled, type Reply, StepFailed } from './conversation.js';

export interface RelayAddress extends Dialled {
  readonly destination: string;
  readonly host: string;
  readonly preference?: number | undefined;
}

export interface RelaySettings {
  /** Which authorities are trusted. */
  readonly context: SecureContext;
  readonly helo: string;
  /** Seconds that each step may take. */
  readonly timeout: number;
  /** TLS from the first byte on (port 465). */
  readonly wrapped: boolean;
}

/** @throws the signal's reason, and nothing else: what goes wrong is in what comes back */
export async function probeRelay(relay: RelayAddress, settings: RelaySettings, signal: AbortSignal): Promise<ProbedRelay> {
  const { destination, host, address, port, preference } = relay;
  const start = performance.now();
  const found: Found = { steps: [], extensions: [] };
  await converse(relay, settings, found, signal);
  const { localAddress, tls } = found;
  return {
    destination,
    host,
    address,
    port,
    ...(preference === undefined ? {} : { preference }),
    ...(localAddress === undefined ? {} : { localAddress }),
    seconds: secondsSince(start),
    steps: found.steps,
    extensions: [...found.extensions],
    ...(tls === undefined ? {} : { tls }),
  };
}

interface Found {
  readonly steps: ProbedStep[];
  extensions: readonly string[];
  localAddress?: string | undefined;
  tls?: ProbedTls;
}

async function converse(relay: RelayAddress, settings: RelaySettings, found: Found, signal: AbortSignal): Promise<void> {
  const { helo, timeout, wrapped } = settings;
  const step = async <T extends Reply | Conversation | undefined>(phase: Phase, act: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      const result = await act();
      const reply = result !== undefined && 'text' in result ? { reply: result.text } : {};
      found.steps.push({ phase, seconds: secondsSince(start), ...reply });
      return result;
    } catch (error) {
      if (error instanceof StepFailed) {
        found.steps.push({ phase, seconds: secondsSince(start), failure: { kind: error.kind, text: error.message } });
      }
      throw error;
    }
  };
  let talk: Conversation | undefined;
  try {
    talk = await step('connect', () => Conversation.connect(relay, timeout, signal));
    const at = talk;
    found.localAddress = at.localAddress;
    const secure = async (): Promise<undefined> => {
      found.tls = tlsOf(await at.startTls(settings.context), relay.host);
    };
    if (wrapped) await step('starttls', secure);
    await step('greeting', async () => wanted(await at.reply(), 'greeting'));
    const hello = () => step('ehlo', async () => wanted(await helloBy(at, helo), 'ehlo'));
    found.extensions = extensionsOf(await hello());
    if (!wrapped && found.extensions.some((name) => /^STARTTLS$/i.test(name))) {
      await step('starttls', async (): Promise<undefined> => {
        const reply = await at.command('STARTTLS');
        if (reply.code !== 220) throw new StepFailed('tls_failure', `It offers STARTTLS and refuses it: ${reply.text}`);
        await secure();
      });
      // What it can do within TLS may differ, and so may whether it still answers.
      const inside = extensionsOf(await hello());
      found.extensions = ['STARTTLS', ...inside.filter((name) => !/^STARTTLS$/i.test(name))];
    }
    await step('quit', () => at.command('QUIT'));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  } finally {
    talk?.end();
  }
}

/** A server without EHLO has HELO. */
async function helloBy(talk: Conversation, name: string): Promise<Reply> {
  const reply = await talk.command(`EHLO ${name}`);
  return reply.code >= 500 ? talk.command(`HELO ${name}`) : reply;
}

/** @throws StepFailed where it is none of 2xx */
function wanted(reply: Reply, phase: Phase): Reply {
  if (reply.code < 300) return reply;
  const kind = phase === 'greeting' ? 'greeting_refused' : reply.code < 500 ? 'rejected_temporary' : 'rejected_permanent';
  throw new StepFailed(kind, reply.text);
}

/** Of the lines behind the first, `250-SIZE 10240000`. */
const extensionsOf = ({ lines }: Reply): string[] => lines.slice(1).map((line) => line.slice(4).trim().slice(0, 200));
