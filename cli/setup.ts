/** `postscope setup`: makes an Elasticsearch ready, and a Kibana. */
import type { Command } from 'commander';
import { printable } from '../report/render/text.js';
import { configurationOf, settingFlags } from './config/flags.js';
import type { Configuration } from './config/load.js';
import { contextOf } from './context.js';
import { type Io, write } from './io.js';
import { untilStopped } from './until_stopped.js';

interface Flags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** One thing that was looked at, and what was done about it. */
interface Step {
  readonly what: string;
  readonly name: string;
  readonly did: 'created' | 'updated' | 'nothing' | 'left';
  readonly advice?: string;
  /** The request with which somebody who may can do it. */
  readonly byHand?: { readonly method: string; readonly path: string; readonly body?: object | string };
}

export function setupCommand(program: Command): void {
  const command = program
    .command('setup')
    .summary('make Elasticsearch and Kibana ready: templates, roles, users, dashboards')
    .description(
      'Puts index templates and roles into Elasticsearch, brings the indices that are there up to them, makes users, and imports dashboards into Kibana.',
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--force', 'replace templates and roles that are not of postscope, or of a newer one')
    .option('--json', 'print JSON');
  settingFlags(command, 'setup');
  command
    .addHelpText(
      'after',
      `
Run it before the first worker, and after each update of postscope. It waits for an Elasticsearch that is not there yet.
What is right is left alone, so it may be run at every start.

It has to log in as somebody who may manage templates and indices, roles and users: the superuser, or, without
users, the role <prefix>_setup. Users are made where their passwords are set: setup.writer_password (for workers),
setup.reader_password (for people, and Kibana), setup.kibana_password (for Kibana itself). Passwords have no flags;
each is a variable, or in a file of its own: see postscope config --help.

With kibana.url, data views, searches and dashboards are imported into Kibana, in the place of those of an earlier
import; who logs in to Elasticsearch has to be let do that there, or kibana.api_key. Copy what you want to change.

Exit codes: 0 ready; 1 something was refused (it is named); 2 wrong usage; 130 stopped.

Examples:
  postscope setup --dry-run --elasticsearch-url https://es.example.org:9200
  ELASTICSEARCH_PASSWORD_FILE=/root/elastic ELASTICSEARCH_USERNAME=elastic postscope setup`,
    )
    .action(async (flags: Flags) => {
      const context = contextOf(command);
      const { io } = context;
      const configuration = await configurationOf(command, io);
      let stopped = false;
      const steps = await untilStopped(
        (signal) =>
          run(configuration, flags, signal, io).catch((error: unknown) => {
            if (!signal.aborted) throw error;
            stopped = true;
            return [];
          }),
        () => void io.stderr.write('Stopping …\n'),
      );
      if (stopped) {
        io.stderr.write('Stopped. The same command goes on from here.\n');
        context.exitCode = 130;
        return;
      }
      await write(io.stdout, flags.json === true ? `${JSON.stringify(steps, null, 2)}\n` : stepsText(steps, flags.dryRun === true));
    });
}

async function run(
  configuration: Configuration,
  { dryRun = false, force = false }: Flags,
  signal: AbortSignal,
  io: Io,
): Promise<readonly Step[]> {
  const [{ elasticsearchOf, kibanaOf }, { hider }, { openClient }, { importByHand, importIntoKibana }, { setup }, { users }] =
    await Promise.all([
      import('./config/connections.js'),
      import('./config/hide.js'),
      import('../store/elasticsearch/client.js'),
      import('../store/elasticsearch/kibana.js'),
      import('../store/elasticsearch/setup.js'),
      import('../store/elasticsearch/users.js'),
    ]);
  const { prefix, ...connection } = elasticsearchOf(configuration);
  const kibana = kibanaOf(configuration);
  const { values, secrets } = configuration;
  const hide = hider(secrets);
  const say = (about: object, message: string) => {
    const { reason } = about as { readonly reason?: unknown };
    io.stderr.write(`${printable(hide(typeof reason === 'string' ? `${message} (${reason})` : message))}\n`);
  };
  const options = { prefix, dryRun, signal, log: { info: say, warn: say } };
  const passwords = {
    ...(values['setup.writer_password'] === undefined ? {} : { writer: values['setup.writer_password'] }),
    ...(values['setup.reader_password'] === undefined ? {} : { reader: values['setup.reader_password'] }),
    ...(values['setup.kibana_password'] === undefined ? {} : { kibana: values['setup.kibana_password'] }),
  };
  io.stderr.write(`Setting up ${printable(connection.url)}\n`);
  const client = await openClient(connection);
  try {
    const steps: Step[] = [...(await setup(client, { ...options, force })), ...(await users(client, { ...options, ...passwords }))];
    steps.push(kibana === undefined ? importByHand(prefix) : await importIntoKibana(kibana, options));
    return steps;
  } finally {
    await client.close();
  }
}

/** A line for each thing that was looked at. */
function stepsText(steps: readonly Step[], dryRun: boolean): string {
  const words = dryRun
    ? { created: 'would be created', updated: 'would be updated', nothing: 'is as it should be', left: 'would be left' }
    : { created: 'created', updated: 'updated', nothing: 'is as it should be', left: 'left as it is' };
  const lines = steps.flatMap(({ what, name, did, advice, byHand }) => {
    const line = `${what} ${printable(name)}: ${words[did]}`;
    return [
      advice === undefined ? line : `${line}: ${printable(advice)}`,
      ...(byHand === undefined ? [] : [`  ${byHand.method} ${byHand.path}`, `  ${JSON.stringify(byHand.body)}`]),
    ];
  });
  return `${lines.join('\n')}\n`;
}
