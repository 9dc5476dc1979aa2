/** How servers are called. */

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`; the usual port goes without saying. */
export function addressed({ address, port }: { readonly address: string; readonly port: number }, usual: number): string {
  if (port === usual) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `relay.example.net[192.0.2.25]:25`, as Postfix logs it. */
export const relayName = ({ host, address, port }: { readonly host: string; readonly address: string; readonly port: number }): string =>
  `${host}[${address}]:${port}`;
