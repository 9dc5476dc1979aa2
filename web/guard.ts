/**
 * Who may ask, and what a browser may do with the answer. The pages are for the person at this machine: a page of another site must
 * not be able to read them through his browser (DNS rebinding), and nothing that a sender wrote may run in them.
 */
import type { MiddlewareHandler } from 'hono';

/** Everything is our own: one sheet, one script, no picture, no font, nothing inline. */
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Names by which this machine calls itself, with any port. */
const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);

export const guard: MiddlewareHandler = async (context, next) => {
  const { req, header } = context;
  header('Content-Security-Policy', policy);
  header('X-Content-Type-Options', 'nosniff');
  header('Referrer-Policy', 'no-referrer');
  header('Cross-Origin-Opener-Policy', 'same-origin');
  header('Cross-Origin-Resource-Policy', 'same-origin');
  header('Cache-Control', 'no-store');
  if (!isLoopback(req.header('host') ?? ''))
    return context.text('These pages are for this machine: ask for them as localhost or 127.0.0.1.\n', 421);
  if (req.method !== 'GET' && req.method !== 'HEAD') return context.text('Only GET.\n', 405, { Allow: 'GET, HEAD' });
  return next();
};
