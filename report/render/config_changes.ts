/** A change of configuration in words. */
import type { Change } from '../config_changes.js';

/** `smtp_connect_timeout 30s → 6s`, `nameserver 10.0.0.9 removed`, `relayhost is now set: mx.example.com`. */
export function changeWords({ kind, name, before, after }: Change): string {
  const shown = (value: string) => (value === '' ? '(empty)' : value);
  if (before !== undefined && after !== undefined) return `${name} ${shown(before)} → ${shown(after)}`;
  if (kind === 'resolv') return before !== undefined ? `${name} ${before} removed` : `${name} ${shown(after ?? '')} added`;
  if (kind === 'postconf') {
    return before !== undefined ? `${name} is no longer set (was ${shown(before)})` : `${name} is now set: ${shown(after ?? '')}`;
  }
  return before !== undefined ? `${name} removed (was ${shown(before)})` : `${name} added: ${shown(after ?? '')}`;
}
