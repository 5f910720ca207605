import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * A server's open connections, and which of them are at work. Node's own `closeIdleConnections` spares those that have
 * never sent a request, and browsers open such in advance: stopping would wait for them.
 */
export class Sockets {
  readonly #open = new Set<Duplex>();
  /** With a request under way, or upgraded to a device link, whose hub ends it. */
  readonly #busy = new Set<Duplex>();
  #isEnding = false;

  constructor(server: Server) {
    server.on('connection', (socket: Duplex) => {
      this.#open.add(socket);
      socket.on('close', () => {
        this.#open.delete(socket);
        this.#busy.delete(socket);
      });
    });
    server.on('request', ({ socket }, response) => {
      this.#busy.add(socket);
      response.on('close', () => {
        this.#busy.delete(socket);
        if (this.#isEnding) socket.end();
      });
    });
    server.on('upgrade', (_request, socket) => {
      this.#busy.add(socket);
      if (server.listenerCount('upgrade') === 1) socket.destroy(); // nobody is there yet to take it
    });
  }

  /** Ends what is idle now, and the rest as soon as it is. */
  endIdle(): void {
    this.#isEnding = true;
    for (const socket of this.#open) if (!this.#busy.has(socket)) socket.destroy();
  }

  endAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
