/** `postscope config`: what is set, and where that came from. */
import type { Command } from 'commander';
import { printable } from '../report/render/text.js';
import { configurationOf } from './config/flags.js';
import { hidden, withoutPassword } from './config/hide.js';
import { settingNames, settingOf, variablesOf } from './config/settings.js';
import { contextOf } from './context.js';
import { write } from './io.js';

export function configCommand(program: Command): void {
  const command = program
    .command('config')
    .summary('what is configured, and where it came from')
    .description(
      'Reads the configuration as the other commands do, says what is wrong with it, and prints what it comes to. Secrets are hidden.',
    )
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)')
    .option('--json', 'print JSON')
    .addHelpText('after', `\n${help()}`)
    .action(async (flags: { readonly json?: boolean }) => {
      const { io } = contextOf(command);
      const { values, origins, warnings } = await configurationOf(command, io);
      for (const warning of warnings) io.stderr.write(`${printable(warning)}\n`);
      const shown = (name: (typeof settingNames)[number]): string | undefined => {
        const value: unknown = values[name];
        if (value === undefined) return undefined;
        return settingOf(name).secret ? hidden : typeof value === 'string' ? withoutPassword(value) : written(value);
      };
      const rows = settingNames.map((name) => ({ name, value: shown(name), from: origins[name] }));
      if (flags.json === true) {
        await write(
          io.stdout,
          `${JSON.stringify(Object.fromEntries(rows.map(({ name, value, from }) => [name, value === undefined ? null : { value, from }])), null, 2)}\n`,
        );
        return;
      }
      const wide = Math.max(...rows.map(({ name }) => name.length));
      const text = rows.map(
        ({ name, value, from }) =>
          `${name.padEnd(wide)}  ${value === undefined ? '–' : `${printable(value)}   (${printable(from ?? '')})`}\n`,
      );
      await write(io.stdout, text.join(''));
    });
}

/** As it would be typed. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.join(':');
  if (typeof value === 'object' && value !== null && 'port' in value && 'host' in value) return `${value.host}:${value.port}`;
  return String(value);
}

function help(): string {
  const rows = settingNames.map((name) => {
    const { doc, default: usual, secret } = settingOf(name);
    const variables = variablesOf(name).map((variable) => (secret ? `${variable}[_FILE]` : variable));
    return `${name}${usual === undefined ? '' : ` (${usual})`}\n    ${doc}\n    ${variables.join(', ')}`;
  });
  return `Flags go before variables, variables before the file, the file before defaults (in brackets). In the file, which is YAML,
a setting such as redis.url is "url:" below "redis:". A secret is also read out of a file of its own: by the variable
that ends in _FILE, or in the file by a name that ends in _file. Secrets have no flags, as "ps" would show them.

Settings, with their variables:

${rows.join('\n')}

Example of a file:
  redis:
    url: rediss://redis.example.org:6379
    password_file: /run/credentials/redis
  ship:
    paths: [/var/log/mail.log]`;
}
