/** How much of a person's address is kept. */

/**
 * - `none`: the line as it was logged.
 * - `pseudonymous`: a keyed pseudonym for the local part, and the domain; the same person stays the same.
 * - `domain-only`: the domain, and nothing that tells one person of it from another.
 * - `full`: neither; full privacy.
 */
export const privacyModes = ['none', 'pseudonymous', 'domain-only', 'full'] as const;
export type PrivacyMode = (typeof privacyModes)[number];
/** The modes in which something is hidden. */
export type HidingMode = Exclude<PrivacyMode, 'none'>;
