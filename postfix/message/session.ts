/** What a process of smtpd says of the client whose session it is in, in lines without queue ID. */
import type { ClientFact, Fact, GreetingFact, HangUpFact, SessionFact, TlsFact } from './fact.js';
import { inFileOrder } from './order.js';

export type SessionStep = SessionFact | TlsFact | GreetingFact | HangUpFact | ClientFact;

export function isSessionStep(fact: Fact): fact is SessionStep {
  return fact.is === 'session' || fact.is === 'tls' || fact.is === 'greeting' || fact.is === 'hang_up' || fact.is === 'client';
}

/** The session in which a message came. */
export interface Session {
  tls?: TlsFact;
  greeting?: GreetingFact;
  /** The client has gone in the middle of this message. */
  hangUp?: HangUpFact;
}

/**
 * The session of each message that a process of smtpd took in, by the identity of its `client=` line.
 * @param facts all of one process, each once
 * @param reach milliseconds: how long a process can be busy with one client
 */
export function sessionsOf(facts: readonly SessionStep[], reach: number): Map<string, Session> {
  const sessions = new Map<string, Session>();
  let tls: TlsFact | undefined;
  let greeting: GreetingFact | undefined;
  /** Messages of the session, and when it was last heard of. */
  let messages: ClientFact[] = [];
  for (const fact of [...facts].sort(inFileOrder)) {
    switch (fact.is) {
      case 'session':
        tls = undefined;
        greeting = undefined;
        messages = [];
        break;
      case 'tls':
        tls = fact;
        break;
      case 'greeting':
        greeting = fact;
        for (const message of messages) {
          const session = sessions.get(message.id);
          if (session !== undefined && isNear(fact, message, reach)) session.greeting ??= fact;
        }
        break;
      case 'client': {
        const session: Session = {};
        if (tls !== undefined && isNear(tls, fact, reach)) session.tls = tls;
        if (greeting !== undefined && isNear(greeting, fact, reach)) session.greeting = greeting;
        sessions.set(fact.id, session);
        messages.push(fact);
        break;
      }
      case 'hang_up': {
        const last = messages.at(-1);
        const session = last === undefined ? undefined : sessions.get(last.id);
        if (last !== undefined && session !== undefined && Math.abs(fact.time - last.time) <= reach) session.hangUp = fact;
        break;
      }
    }
  }
  return sessions;
}

const isNear = (said: TlsFact | GreetingFact, message: ClientFact, reach: number) =>
  Math.abs(said.time - message.time) <= reach && said.clientIp === message.clientIp;
