/** What a process of smtpd says of the client whose session it is in, in lines without queue ID. */
import type { ClientFact, Fact, GreetingFact, HangUpFact, SessionFact, TlsFact } from './fact.js';
import { inFileOrder } from './order.js';

export type SessionStep = SessionFact | TlsFact | GreetingFact | HangUpFact | ClientFact;

export function isSessionStep(fact: Fact): fact is SessionStep {
  return fact.is === 'session' || fact.is === 'tls' || fact.is === 'greeting' || fact.is === 'hang_up' || fact.is === 'client';
}

/** The session in which a message came, as far as it is known. */
export interface Session {
  readonly client: ClientFact;
  readonly tls: TlsFact | undefined;
  greeting: GreetingFact | undefined;
  /** The client has gone, and brought no further message in between. */
  hangUp: HangUpFact | undefined;
  /** The message was given out (stream.ts), with an ending or without: a greeting changes it, a client that goes only the latter. */
  given: 'ended' | 'open' | undefined;
}

/**
 * The lines without queue ID that say something about a message of a session.
 * @param isLost whether the message is: otherwise it has nothing to do with it that the client hung up
 */
export function linesOf({ tls, greeting, hangUp }: Session, isLost: boolean): SessionStep[] {
  const lines: SessionStep[] = [];
  if (tls !== undefined) lines.push(tls);
  if (greeting !== undefined) lines.push(greeting);
  if (isLost && hangUp !== undefined && hangUp.queueId === undefined) lines.push(hangUp);
  return lines;
}

/** The sessions of one process of smtpd, line by line. */
export class Sessions {
  private tls: TlsFact | undefined;
  private greeting: GreetingFact | undefined;
  /** Of the messages in the session that is going on. */
  private current: Session[] = [];

  /** @param reach milliseconds: how long a process can be busy with one client */
  constructor(private readonly reach: number) {}

  /**
   * @param fact the next one of the process (order.ts)
   * @returns the sessions of messages that it says something about
   */
  add(fact: SessionStep): readonly Session[] {
    switch (fact.is) {
      case 'session':
        this.tls = undefined;
        this.greeting = undefined;
        this.current = [];
        return [];
      case 'tls':
        this.tls = fact;
        return [];
      case 'greeting': {
        this.greeting = fact;
        const unnamed = this.current.filter(({ client, greeting }) => greeting === undefined && isNear(fact, client, this.reach));
        for (const session of unnamed) session.greeting = fact;
        return unnamed;
      }
      case 'client': {
        const { tls, greeting, reach } = this;
        const session: Session = {
          client: fact,
          tls: tls !== undefined && isNear(tls, fact, reach) ? tls : undefined,
          greeting: greeting !== undefined && isNear(greeting, fact, reach) ? greeting : undefined,
          hangUp: undefined,
          given: undefined,
        };
        this.current.push(session);
        return [session];
      }
      case 'hang_up': {
        const last = this.current.at(-1);
        if (last === undefined || fact.time - last.client.time > this.reach) return [];
        last.hangUp = fact;
        return [last];
      }
    }
  }

  /** What is held. */
  get facts(): readonly SessionStep[] {
    const facts: SessionStep[] = this.current.map(({ client }) => client);
    if (this.tls !== undefined) facts.push(this.tls);
    if (this.greeting !== undefined) facts.push(this.greeting);
    return facts;
  }

  /** Lets go of messages of which nothing more can be said, however long the session lasts. @param time of the latest fact */
  forget(time: number): void {
    const first = this.current[0];
    if (first === undefined || time - first.client.time <= this.reach) return;
    this.current = this.current.filter(({ client }) => time - client.time <= this.reach);
  }
}

/**
 * The session of each message that a process of smtpd took in, by the identity of its `client=` line.
 * @param facts all of one process, each once
 * @param reach milliseconds: how long a process can be busy with one client
 */
export function sessionsOf(facts: readonly SessionStep[], reach: number): Map<string, Session> {
  const sessions = new Map<string, Session>();
  const process = new Sessions(reach);
  for (const fact of [...facts].sort(inFileOrder)) for (const session of process.add(fact)) sessions.set(session.client.id, session);
  return sessions;
}

const isNear = (said: TlsFact | GreetingFact, message: ClientFact, reach: number) =>
  Math.abs(said.time - message.time) <= reach && said.clientIp === message.clientIp;
