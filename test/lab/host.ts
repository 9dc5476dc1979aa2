/** The machine that the lab's Postfix is on: a network of its own, and its own copy of all that Postfix reads and writes. */
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { feed, sh } from './shell.js';

export interface Machine {
  /** Host name, without a domain. */
  readonly host: string;
  /** IPv4 addresses that it can reach, since it has them itself. */
  readonly addresses: readonly string[];
  /** Size of the file system that the queue is in, as mount(8) takes it. */
  readonly spool: string;
  /** Process IDs begin behind this one. */
  readonly pid: number;
}

/** Packets are dropped where they would arrive, so whoever sent them hears nothing. */
const rules = `
  table ip lab {
    set dropped { type ipv4_addr; }
    chain in { type filter hook input priority 0; ip daddr @dropped drop; }
  }`;

/**
 * Makes this process's namespaces into that machine.
 * @throws Error where it is not in namespaces of its own (run.js): nothing of the real machine is to be touched
 */
export async function becomeMachine({ host, addresses, spool, pid }: Machine): Promise<void> {
  const alone = process.pid === 1 && Object.keys(networkInterfaces()).length === 0;
  if (!alone) throw new Error('the lab runs in namespaces of its own: start it by test/lab/run.js');
  await sh('hostname', host);
  writeFileSync('/proc/sys/kernel/ns_last_pid', `${pid}`);
  await sh('ip', 'link', 'set', 'lo', 'up');
  for (const address of addresses) await sh('ip', 'addr', 'add', `${address}/32`, 'dev', 'lo');
  await feed(rules, 'nft', '-f', '-');
  await sh('mount', '-t', 'tmpfs', 'lab', '/media');
  await sh('cp', '-a', '/etc', '/media/etc');
  await sh('mount', '--bind', '/media/etc', '/etc');
  for (const folder of ['/var/log', '/var/lib/postfix']) await sh('mount', '-t', 'tmpfs', '-o', 'mode=755', 'lab', folder);
  await sh('mount', '-t', 'tmpfs', '-o', `mode=755,size=${spool}`, 'lab', '/var/spool/postfix');
  await sh('chown', 'postfix:', '/var/lib/postfix');
  writeFileSync('/etc/hosts', '127.0.0.1 localhost\n');
  writeFileSync('/etc/nsswitch.conf', 'hosts: files dns\npasswd: files\ngroup: files\n');
}

/** Packets to the address are dropped, or no longer. */
export async function drop(address: string, on: boolean): Promise<void> {
  await sh('nft', on ? 'add' : 'delete', 'element', 'ip', 'lab', 'dropped', `{ ${address} }`);
}

/** Of the real machine, `/etc/postfix` has the files that belong to Debian's package. */
export async function configure(main: Readonly<Record<string, string>>, transport: string): Promise<void> {
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync('/etc/postfix/main.cf', lines.join(''));
  writeFileSync('/etc/postfix/transport', transport);
  writeFileSync('/etc/aliases', 'postmaster: root\nroot: /dev/null\nops: root\n');
  await sh('cp', '/usr/share/postfix/master.cf.dist', '/etc/postfix/master.cf');
  await sh('postconf', '-F', '*/*/chroot=n');
  await sh('newaliases');
}

/** What the machine has to show, by the name of the file to keep it in. */
export async function snapshots(): Promise<Readonly<Record<string, string>>> {
  return {
    'mailq.txt': await sh('postqueue', '-p'),
    'postqueue.ndjson': await sh('postqueue', '-j'),
    'postconf-n.txt': await sh('postconf', '-n'),
    'postconf-M.txt': await sh('postconf', '-M'),
    'resolv.conf': await sh('cat', '/etc/resolv.conf'),
  };
}
