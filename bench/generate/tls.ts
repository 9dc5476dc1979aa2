/** TLS sessions, in the words of `tls_log_summary` (src/tls/tls_misc.c). */
import type { Random } from './random.js';

const AES_256 = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)';
const AES_128 = 'TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)';
const CHACHA20 = 'TLSv1.3 with cipher TLS_CHACHA20_POLY1305_SHA256 (256/256 bits)';

const MODERN = [
  `${AES_256} key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256`,
  `${AES_256} key-exchange X25519 server-signature RSA-PSS (4096 bits) server-digest SHA256`,
  `${AES_256} key-exchange ECDHE (P-256) server-signature ECDSA (P-256) server-digest SHA256`,
  `${AES_128} key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256`,
  `${CHACHA20} key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256`,
  `${AES_256} key-exchange X25519MLKEM768 server-signature ECDSA (prime256v1) server-digest SHA384`,
] as const;

const OLD = [
  'TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)',
  'TLSv1.2 with cipher ECDHE-ECDSA-AES128-GCM-SHA256 (128/128 bits)',
  'TLSv1.2 with cipher DHE-RSA-AES256-SHA (256/256 bits)',
  'TLSv1.2 with cipher AES256-GCM-SHA384 (256/256 bits)',
  'TLSv1 with cipher ECDHE-RSA-AES256-SHA (256/256 bits)',
] as const;

export function tlsParameters(random: Random): string {
  return random.chance(0.78) ? random.pick(MODERN) : random.pick(OLD);
}

/** How far the certificate of a server was believed. */
export function tlsTrust(random: Random): 'Anonymous' | 'Untrusted' | 'Trusted' | 'Verified' {
  const fate = random.next();
  return fate < 0.68 ? 'Trusted' : fate < 0.92 ? 'Untrusted' : fate < 0.97 ? 'Verified' : 'Anonymous';
}
