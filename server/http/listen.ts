import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { LimitPolicy } from '../../shared/model/policy.ts';
import { SECOND } from '../../shared/time.ts';
import { Sockets } from './sockets.ts';
import { ERRORS } from '../../shared/protocol/errors.ts';
import type { Certificate } from '../adapters/certificate.ts';
import { StartError } from '../adapters/start-error.ts';

/** The port, taken before anything else is touched. Until it opens and after it closes, requests are told to wait. */
export interface Gate {
  readonly port: number;
  readonly url: string;
  /** For what is mounted beside HTTP: the device link. */
  readonly server: Server;
  /** Counts the bytes of a connection as they are on the wire. */
  wireOf(socket: Socket): Socket;
  open(fetch: (request: Request) => Response | Promise<Response>): void;
  /** Takes no further request, lets those under way end, and cuts off what is still there after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export interface GateOptions {
  readonly host: string;
  readonly port: number;
  readonly limits: Pick<LimitPolicy, 'headerBytes' | 'headerMs' | 'requestMs' | 'socketsPerAddress' | 'sockets'>;
  readonly certificate: Certificate | undefined;
  readonly trustedProxies: number;
}

/**
 * With a certificate it speaks TLS 1.3 and nothing older. HTTP/1.1 in both cases: Node's limits on slow headers, slow bodies
 * and header size hold for it alone, HTTP/2 brings floods of its own (resets, continuations), and a phone's link is a
 * WebSocket, which browsers open over HTTP/1.1 anyway.
 */
export async function listen({ host, port, limits, certificate, trustedProxies }: GateOptions): Promise<Gate> {
  let handle = refuseForNow;
  const answer = (request: IncomingMessage, response: ServerResponse): void => handle(request, response);
  const timing = timingOf(limits);
  const server = certificate
    ? createTlsServer({ ...timing, ...certificate, minVersion: 'TLSv1.3', handshakeTimeout: limits.headerMs }, answer)
    : createServer(timing, answer);
  // Behind a proxy every connection has its address.
  const sockets = new Sockets(server, trustedProxies > 0 ? Infinity : limits.socketsPerAddress);
  server.maxConnections = limits.sockets;
  const address = await bind(server, host, port);
  return {
    port: address.port,
    server,
    url: `${certificate ? 'https' : 'http'}://${nameOf(host)}:${address.port}`,
    wireOf: (socket) => sockets.wireOf(socket),
    open(fetch) {
      const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
      handle = (request, response) => void listener(request, response);
    },
    async close(graceMs) {
      if (!server.listening) return;
      handle = refuseForNow;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sockets.endIdle();
      const cutOff = setTimeout(() => sockets.endAll(), graceMs);
      await closed;
      clearTimeout(cutOff);
    },
  };
}

/** Node looks for connections past their time every so often only; half of the shortest is often enough. */
function timingOf({ headerBytes, headerMs, requestMs }: GateOptions['limits']): ServerOptions {
  return {
    maxHeaderSize: headerBytes,
    headersTimeout: headerMs,
    requestTimeout: Math.max(requestMs, headerMs),
    connectionsCheckingInterval: Math.min(5 * SECOND, headerMs / 2),
  };
}

/** What a browser calls it. */
function nameOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function refuseForNow(_request: IncomingMessage, response: ServerResponse): void {
  const { status, message } = ERRORS.stopped;
  response.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '1', Connection: 'close' });
  response.end(JSON.stringify({ error: { code: 'stopped', message } }));
}

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(reasonOf(error, host, port)));
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function reasonOf(error: NodeJS.ErrnoException, host: string, port: number): StartError {
  if (error.code === 'EADDRINUSE') {
    return new StartError('port_busy', `Port ${port} is in use: stop whatever listens there, or set PORT to another.`);
  }
  return new StartError('cannot_listen', `The server cannot listen on ${host}, port ${port}: ${error.message}.`);
}
