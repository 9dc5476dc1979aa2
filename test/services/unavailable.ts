/** A server that cannot be had on this machine; the message says why, and what it takes. */
export class Unavailable extends Error {}
