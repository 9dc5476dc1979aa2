/** The flags of settings, for commander, and what a command line comes to with all else that configures it. */
import { type Command, Option } from 'commander';
import type { Io } from '../io.js';
import type { Configuration } from './load.js';
import { type SettingName, settingOf, settingsFor, type Use } from './settings.js';

const group = 'Settings (each also in the file and in a variable, see: postscope config --help):';

/** Adds `--config` and the flags of the settings that a command has. */
export function settingFlags(command: Command, use: Use, leftOut: readonly SettingName[] = []): Command {
  command
    .optionsGroup(group)
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)');
  for (const name of settingsFor(use)) {
    const { flag, doc, default: usual } = settingOf(name);
    if (flag === undefined || leftOut.includes(name)) continue;
    command.option(flag, usual === undefined || !flag.includes('<') ? doc : `${doc} (default: ${usual})`);
  }
  return command.addHelpOption(new Option('-h, --help', 'show this').helpGroup(group));
}

/** What was typed is relative to where it was typed: npm changes to the project's folder. */
export const folderOf = ({ env }: Io): string => env.INIT_CWD ?? process.cwd();

/** The configuration of a command. @throws ConfigurationError */
export async function configurationOf(command: Command, io: Io): Promise<Configuration> {
  // Not before it is needed: YAML and schema take longer to load than `--help` to print.
  const { loadConfiguration } = await import('./load.js');
  return loadConfiguration({
    flags: command.opts(),
    env: io.env,
    folder: folderOf(io),
    ...(io.configFile === undefined ? {} : { usualFile: io.configFile }),
  });
}
