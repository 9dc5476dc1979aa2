/** The last pattern of every neighbour: the line is that program's, and nothing more is known of it. */
import type { Level, Pattern } from '../pattern.js';

const levels: readonly Level[] = ['info', 'warning', 'error', 'fatal', 'panic'];

/** A pattern for each level, since some of these programs begin a text with `warning: ` as Postfix does. */
export const anyLine = (...samples: [string, ...string[]]): readonly Pattern[] =>
  levels.map((level) => ({ action: 'neighbour', level, text: '{detail}', samples }));
