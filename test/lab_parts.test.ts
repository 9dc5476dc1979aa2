/** What the lab is made of, without its namespaces: on loopback. */
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { give } from './lab/client.js';
import { Conversation } from './lab/conversation.js';
import { Nameserver } from './lab/nameserver.js';
import { type Manners, Relay } from './lab/relay.js';
import { Truth } from './lab/truth.js';

const running: { close(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

const zone = {
  'relay.example.net': { mx: ['mx1.example.net', 'mx2.example.net'] },
  'mx1.example.net': { a: ['10.50.0.1', '10.50.0.2'] },
};

async function asked(): Promise<{ server: Nameserver; resolver: Resolver }> {
  const server = new Nameserver(zone);
  running.push(server);
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${await server.listen('127.0.0.1', 0)}`]);
  return { server, resolver };
}

test('the nameserver knows its names, and says so of those that it does not', async () => {
  const { resolver } = await asked();
  expect((await resolver.resolveMx('relay.example.net')).map(({ exchange, priority }) => [exchange, priority]).sort()).toEqual([
    ['mx1.example.net', 10],
    ['mx2.example.net', 10],
  ]);
  expect(await resolver.resolve4('MX1.example.net')).toEqual(['10.50.0.1', '10.50.0.2']);
  await expect(resolver.resolve6('mx1.example.net')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve4('other.example.net')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('it is silent to all, or to one kind of question, or late', async () => {
  const { server, resolver } = await asked();
  server.habits = { silentTo: 'AAAA' };
  await expect(resolver.resolve6('mx1.example.net')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  expect(await resolver.resolve4('mx1.example.net')).toHaveLength(2);
  server.habits = { silentTo: 'all' };
  await expect(resolver.resolve4('mx1.example.net')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  server.habits = { answersAfter: 0.1 };
  const began = performance.now();
  expect(await resolver.resolve4('mx1.example.net')).toHaveLength(2);
  expect(performance.now() - began).toBeGreaterThan(95);
});

async function relay(manners: Manners): Promise<{ truth: Truth; port: number }> {
  const truth = new Truth();
  const made = new Relay('mx1', ['mx1.example.net', 'relay.example.net'], '127.0.0.1', truth);
  made.manners = manners;
  running.push(made);
  return { truth, port: await made.listen(0) };
}
const mail = { sender: 'a@domain.test', recipient: 'b@partner.test', messageId: '<1@client.test>', size: 500 };

test('a relay writes down what it took', async () => {
  const { truth, port } = await relay({ greetAfter: 0.05, takeAfter: 0.05 });
  expect(await give(mail, port)).toBe('accepted');
  expect(truth.accepted).toMatchObject([
    { relay_ip: '127.0.0.1', sender: 'a@domain.test', recipients: ['b@partner.test'], message_id: '<1@client.test>' },
  ]);
});

test('it puts strangers off, and takes their mail later', async () => {
  const { truth, port } = await relay({ greylist: { seconds: 0.3, reply: '450 4.7.1 <>: Greylisted' } });
  expect(await give(mail, port)).toBe('450 4.7.1 <b@partner.test>: Greylisted');
  expect(truth.accepted).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 310));
  expect(await give(mail, port)).toBe('accepted');
});

test('it has no more connections than it wants', async () => {
  const { port } = await relay({ atMost: { connections: 1, reply: '421 4.7.0 too many connections' } });
  const first = new Conversation(connect(port, '127.0.0.1'));
  expect(await first.reply()).toBe('220 mx1.example.net ESMTP');
  expect(await give(mail, port)).toBe('421 4.7.0 too many connections');
  first.say('QUIT');
  expect(await first.reply()).toBe('221 2.0.0 Bye');
  expect(await first.line()).toBeUndefined();
  await expect.poll(() => give(mail, port)).toBe('accepted');
});
