/** A page that stands alone: everything is in it, and nothing is fetched. */
import { html, Markup, type Piece } from './markup.js';
import { style } from './style.js';

export function page(title: string, body: Piece): string {
  // No script runs in it, and nothing is asked of any other place, whatever a viewer would allow.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Markup(style)}</style></head>
<body>${body}</body></html>
`.text;
}
