/** Something that was typed wrong: a sentence for standard error, and exit code 2. */
export class UsageError extends Error {}
