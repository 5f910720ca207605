import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { must } from '../../shared/assert.ts';
import { ByteCounts, cargoOf, ConnectionBill, type Cargo } from './cargo.ts';
import type { Certificate } from './certificate.ts';
import { LinkLog } from './link-log.ts';

/** The line between one browser and the server, the browser's side in TLS 1.3: every byte of it is counted. */
export interface Wire {
  readonly url: string;
  readonly log: LinkLog;
  /** Bytes of TCP payload so far, both ways, by what they were spent on. */
  bytes(): Readonly<Record<Cargo, number>>;
  /** Requests so far, upgrades among them. */
  requests(): Readonly<Record<Cargo, number>>;
  /** Links whose TLS went on from an earlier session: a shorter handshake. */
  linksResumed(): number;
  /** Breaks every open link without a word, as a tunnel does. Returns how many there were. */
  cutLinks(): number;
  close(): void;
}

/**
 * The server ends no TLS itself, so this does, in front of it. The socket is counted below TLS and handed up by a pair of
 * streams: what a TLS socket sends in cipher text Node does not say.
 */
export async function openWire(certificate: Certificate, serverPort: number): Promise<Wire> {
  const counts = new ByteCounts();
  const log = new LinkLog();
  const secureContext = createSecureContext({ ...certificate, minVersion: 'TLSv1.3' });
  const bills = new WeakMap<Duplex, ConnectionBill>();
  const links = new Set<Duplex>();
  const sockets = new Set<Socket>();
  let linksResumed = 0;
  const http = createHttpServer(forward).on('upgrade', upgrade);

  const gate = createServer({ noDelay: true }, (socket) => {
    const bill = new ConnectionBill(counts);
    const [outside, inside] = duplexPair();
    sockets.add(socket);
    socket.on('data', (bytes: Buffer) => bill.up(bytes.length));
    outside.on('data', (bytes: Buffer) => bill.down(bytes.length));
    socket.pipe(outside).pipe(socket);
    const tls = new TLSSocket(inside, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    bills.set(tls, bill);
    const end = (): void => {
      if (!sockets.delete(socket)) return;
      bill.ended();
      for (const stream of [tls, outside, inside, socket]) stream.destroy();
    };
    for (const stream of [socket, outside, inside, tls]) stream.on('error', end).on('close', end);
    tls.once('secure', () => http.emit('connection', tls));
  });

  function forward(from: IncomingMessage, to: ServerResponse): void {
    const bill = bills.get(from.socket);
    const { method, url: path = '/', headers } = from;
    bill?.carries(cargoOf(path));
    to.once('finish', () => bill?.answered());
    const onward = request({ host: '127.0.0.1', port: serverPort, path, method, headers }, (reply) => {
      to.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(to);
    });
    onward.on('error', () => to.destroy());
    to.once('close', () => onward.destroy()); // a stream of events ends when its page does
    from.pipe(onward);
  }

  function upgrade(from: IncomingMessage, socket: Duplex, head: Buffer): void {
    bills.get(socket)?.carries(cargoOf(from.url ?? '/'));
    if (socket instanceof TLSSocket && socket.isSessionReused()) linksResumed++;
    const ears = log.open();
    const onward = connect({ host: '127.0.0.1', port: serverPort, noDelay: true });
    const lines = from.rawHeaders.flatMap((name, i) => (i % 2 ? [] : [`${name}: ${from.rawHeaders[i + 1]}`]));
    onward.write(`${[`${from.method} ${from.url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
    onward.write(head);
    ears.up(head);
    socket.on('data', (bytes: Buffer) => ears.up(bytes));
    const heard = afterHead(ears.down);
    onward.on('data', heard);
    onward.pipe(socket).pipe(onward);
    links.add(socket);
    const end = (): void => {
      links.delete(socket);
      socket.destroy();
      onward.destroy();
    };
    for (const one of [socket, onward]) one.on('error', end).on('close', end);
  }

  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(gate.address() as AddressInfo).port}`,
    log,
    bytes: () => counts.totals(),
    requests: () => counts.requests(),
    linksResumed: () => linksResumed,
    cutLinks() {
      const open = [...links];
      for (const link of open) link.destroy();
      return open.length;
    },
    close() {
      gate.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Hands on what comes after the head of the answer to an upgrade. */
export function afterHead(hear: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
  let head: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    if (!head) return hear(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = must(head, 'a head').subarray(end + 4);
    head = undefined;
    hear(rest);
  };
}
