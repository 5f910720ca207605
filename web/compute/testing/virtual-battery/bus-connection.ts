import { connect } from 'node:net';
import { must } from '../../../../shared/assert.ts';
import type { Value } from './marshal.ts';
import { decodeMessage, encodeMessage, type Message } from './message.ts';

/** A name on a bus, and who answers what is asked of it. */
export interface BusConnection {
  /** Waits for the bus's reply; rejects with its error. */
  call(
    to: Pick<Message, 'path' | 'interface' | 'member' | 'destination'>,
    signature: string,
    body: Value[],
  ): Promise<Message>;
  signal(from: Pick<Message, 'path' | 'interface' | 'member'>, signature: string, body: readonly Value[]): void;
  close(): void;
}

export interface Answer {
  readonly signature: string;
  readonly body: readonly Value[];
}

/** What a call is answered; nothing where there is no such method or property. */
export type Answers = (call: Message) => Answer | undefined;

const UNKNOWN_METHOD = 'org.freedesktop.DBus.Error.UnknownMethod';

/** Joins the bus whose socket lies at `path`: “Authentication Protocol”, EXTERNAL (the kernel says whose process this is), and Hello. */
export async function joinBus(path: string, answers: Answers): Promise<BusConnection> {
  const socket = connect(path);
  const waiting = new Map<number, (reply: Message) => void>();
  let serial = 0;
  let isBegun = false;
  let come: Buffer = Buffer.alloc(0);

  function send(message: Omit<Message, 'serial'>): number {
    serial++;
    socket.write(encodeMessage({ ...message, serial }));
    return serial;
  }

  function heard(message: Message): void {
    if (message.kind === 'reply' || message.kind === 'error') return waiting.get(message.replySerial ?? 0)?.(message);
    if (message.kind !== 'call') return;
    const answer = answers(message);
    const to = { replySerial: message.serial, ...(message.sender !== undefined && { destination: message.sender }) };
    send(answer ? { kind: 'reply', ...to, ...answer } : { kind: 'error', error: UNKNOWN_METHOD, ...to });
  }

  const begun = new Promise<void>((resolve, reject) => {
    socket.on('error', reject).on('data', (bytes: Buffer) => {
      come = Buffer.concat([come, bytes]);
      if (!isBegun) {
        const end = come.indexOf('\r\n');
        if (end < 0) return;
        const line = come.toString('latin1', 0, end);
        come = come.subarray(end + 2);
        if (!line.startsWith('OK ')) return reject(new Error(`The bus refuses us: ${line}`));
        isBegun = true;
        socket.write('BEGIN\r\n');
        resolve();
      }
      for (let next = decodeMessage(come); next; next = decodeMessage(come)) {
        come = come.subarray(next.length);
        heard(next.message);
      }
    });
  });
  const user = Buffer.from(String(must(process.getuid, 'user ids')())).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  await begun;

  const connection: BusConnection = {
    call(to, signature, body) {
      return new Promise((resolve, reject) => {
        const sent = send({ kind: 'call', ...to, signature, body });
        waiting.set(sent, (reply) => {
          waiting.delete(sent);
          if (reply.kind === 'reply') resolve(reply);
          else reject(new Error(`${to.member}: ${reply.error}: ${JSON.stringify(reply.body)}`));
        });
      });
    },
    signal(from, signature, body) {
      send({ kind: 'signal', ...from, signature, body });
    },
    close: () => socket.destroy(),
  };
  await askBus(connection, 'Hello', '', []);
  return connection;
}

/** Asks the bus itself. */
export const askBus = (bus: BusConnection, member: string, signature: string, body: Value[]): Promise<Message> => {
  const name = 'org.freedesktop.DBus';
  return bus.call({ destination: name, path: '/org/freedesktop/DBus', interface: name, member }, signature, body);
};
