/** `--privacy` and `--privacy-key`: who hides addresses, and who asks a store that has them hidden. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Pseudonyms } from '../postfix/privacy/pseudonyms.js';
import type { TextHider } from '../postfix/privacy/text.js';
import type { NewSnapshot } from '../postfix/snapshot/snapshot.js';
import { shellWord } from '../report/render/shell.js';
import { configurationOf } from './config/flags.js';
import type { Configuration } from './config/load.js';
import { settingOf } from './config/settings.js';
import { contextOf } from './context.js';
import type { Io } from './io.js';
import { UsageError } from './usage.js';

const names = ['privacy.mode', 'privacy.key_file'] as const;

export interface PrivacyOptions {
  readonly privacy?: string;
  readonly privacyKey?: string;
}

/** Adds the flags to a command that has no others of settings. */
export function privacyFlags(command: Command): Command {
  for (const name of names) {
    const { flag, doc } = settingOf(name);
    command.option(flag as string, doc);
  }
  return command;
}

/** They have to be typed again in the commands that a run suggests. */
export const privacyToRepeat = ({ privacy, privacyKey }: PrivacyOptions): string[] => [
  ...(privacy === undefined ? [] : [`--privacy ${shellWord(privacy)}`]),
  ...(privacyKey === undefined ? [] : [`--privacy-key ${shellWord(privacyKey)}`]),
];

/** What hides lines; undefined where nothing is to be hidden. The key is made if there is none. @throws PrivacyKeyError */
export async function hiderOf(configuration: Configuration, env: Io['env']): Promise<TextHider | undefined> {
  const pseudonyms = await pseudonymsOf(configuration, env);
  if (pseudonyms === undefined) return undefined;
  const { TextHider } = await import('../postfix/privacy/text.js');
  return new TextHider(pseudonyms);
}

/** What hides snapshots, or leaves them as they are where nothing is to be hidden. @throws PrivacyKeyError */
export async function snapshotHiderOf(configuration: Configuration, env: Io['env']): Promise<(snapshot: NewSnapshot) => NewSnapshot> {
  const pseudonyms = await pseudonymsOf(configuration, env);
  if (pseudonyms === undefined) return (snapshot) => snapshot;
  const { SnapshotHider } = await import('../postfix/privacy/snapshot.js');
  const hider = new SnapshotHider(pseudonyms);
  return (snapshot) => hider.hide(snapshot);
}

async function pseudonymsOf({ values }: Configuration, env: Io['env']): Promise<Pseudonyms | undefined> {
  const { 'privacy.mode': mode, 'privacy.key_file': path = keyPathOf(env) } = values;
  if (mode === 'none') return undefined;
  const [{ readOrMakePrivacyKey }, { Pseudonyms }] = await Promise.all([
    import('../ingest/privacy.js'),
    import('../postfix/privacy/pseudonyms.js'),
  ]);
  return new Pseudonyms(mode, await readOrMakePrivacyKey(path));
}

/** The flags of a search that may name somebody. */
interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly messageId?: string;
  readonly client?: string;
  readonly text?: string;
}

/**
 * What was asked, as it stands in a store that was filled with `--privacy`; itself where the mode is `none`.
 * @throws UsageError for what such a store cannot tell; PrivacyKeyError
 */
export async function asStored<T extends Asked>(command: Command, asked: T): Promise<T> {
  const { io } = contextOf(command);
  const { 'privacy.mode': mode, 'privacy.key_file': path = keyPathOf(io.env) } = (await configurationOf(command, io)).values;
  if (mode === 'none') return asked;
  const [{ readPrivacyKey }, { Pseudonyms }, question] = await Promise.all([
    import('../ingest/privacy.js'),
    import('../postfix/privacy/pseudonyms.js'),
    import('../postfix/privacy/question.js'),
  ]);
  const { hiddenAddress, hiddenMessageId, hiddenText, UnanswerableError } = question;
  const pseudonyms = new Pseudonyms(mode, await readPrivacyKey(path));
  const hidden = (name: keyof Asked, hide: (value: string, pseudonyms: Pseudonyms) => string) => {
    const value = asked[name];
    if (value === undefined) return {};
    try {
      return { [name]: hide(value, pseudonyms) };
    } catch (error) {
      if (error instanceof UnanswerableError) throw new UsageError(`--${name}: ${error.message}`);
      throw error;
    }
  };
  return {
    ...asked,
    ...hidden('from', hiddenAddress),
    ...hidden('to', hiddenAddress),
    ...hidden('messageId', (value) => hiddenMessageId(value.replace(/^<(.*)>$/, '$1'), pseudonyms)),
    // A host, or a login name.
    ...hidden('client', (value) => (value.includes('@') ? hiddenAddress(value, pseudonyms) : value)),
    ...hidden('text', hiddenText),
  };
}

/** Beside the checkpoint of a shipper that systemd started, or the store in the user's data directory. */
export function keyPathOf(env: Io['env']): string {
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(env.HOME || homedir(), '.local', 'share');
  return join(env.STATE_DIRECTORY?.split(':')[0] || join(data, 'postscope'), 'privacy.key');
}
