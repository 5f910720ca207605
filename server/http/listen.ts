import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Sockets } from './sockets.ts';
import { ERRORS } from '../../shared/protocol/errors.ts';
import { StartError } from '../adapters/start-error.ts';

/** The port, taken before anything else is touched. Until it opens and after it closes, requests are told to wait. */
export interface Gate {
  readonly port: number;
  readonly url: string;
  /** For what is mounted beside HTTP: the device link. */
  readonly server: Server;
  open(fetch: (request: Request) => Response | Promise<Response>): void;
  /** Takes no further request, lets those under way end, and cuts off what is still there after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export async function listen(host: string, port: number): Promise<Gate> {
  let handle = refuseForNow;
  const server = createServer((request, response) => handle(request, response));
  const sockets = new Sockets(server);
  const address = await bind(server, host, port);
  return {
    port: address.port,
    server,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
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
