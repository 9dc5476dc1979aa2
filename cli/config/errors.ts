import { UsageError } from '../usage.js';

/** What is wrong with the configuration, a sentence each; none of them shows a secret. */
export class ConfigurationError extends UsageError {
  constructor(readonly wrong: readonly string[]) {
    super(
      wrong.length === 1
        ? `configuration: ${wrong[0]}`
        : `the configuration is wrong in ${wrong.length} places:\n${wrong.map((text) => `  ${text}`).join('\n')}`,
    );
  }
}
