/** What a service says while it runs: a JSON object a line, on standard error, and no secret in it. */
import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogOptions {
  readonly level: Level;
  /** `ship` or `work`. */
  readonly name: string;
  /** Takes the secrets out of a text: an error of a client may have a whole URL in it. */
  readonly hide: (text: string) => string;
  /** Takes whole lines. */
  readonly to: { write(text: string): unknown };
}

/**
 * Field names are those of the Elastic Common Schema, so that who collects the log has `@timestamp`, `log.level` and `message`.
 * Control characters are escaped, so what an outsider wrote into a log stays within its line, and a terminal obeys none of it.
 */
export function createLog({ level, name, hide, to }: LogOptions): Log {
  return pino(
    {
      level,
      base: { 'service.name': `postscope-${name}` },
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ 'log.level': label }) },
      serializers: { err: errorInWords, error: errorInWords },
      // Names under which clients keep what logs in; the values are looked for as well, below.
      redact: { paths: ['*.password', '*.apiKey', '*.auth', '*.headers.authorization'], censor: '[hidden]' },
    },
    { write: (line: string) => void to.write(escaped(hide(line))) },
  );
}

/**
 * What JSON leaves as it is and terminals obey: C1 controls, of which U+009B begins an escape sequence, and characters that turn
 * the reading direction. The newline that ends the record stays.
 */
const obeyed = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (json: string): string =>
  json.replace(obeyed, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** What happened, of what kind, and where: not the request and the connection that clients hang on their errors. */
function errorInWords(error: unknown): Readonly<Record<string, string | undefined>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { type: error.name, message: error.message, code, cause, stack_trace: error.stack };
}
