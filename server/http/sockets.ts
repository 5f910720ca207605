import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { clientAddress } from './client-address.ts';

/**
 * A server's open connections, and which of them are at work. Node's own `closeIdleConnections` spares those that have
 * never sent a request, and browsers open such in advance: stopping would wait for them.
 */
export class Sockets {
  readonly #open = new Set<Duplex>();
  /** With a request under way, or upgraded to a device link, whose hub ends it. */
  readonly #busy = new Set<Duplex>();
  readonly #perAddress = new Map<string, number>();
  /** Under TLS: the connections below, by their peer. */
  readonly #wires = new Map<string, Socket>();
  #isEnding = false;

  /** `mostPerAddress`: one more of the same address is cut off before it says a word. */
  constructor(server: Server, mostPerAddress: number) {
    const isTls = 'setSecureContext' in server;
    server.on('connection', (socket: Socket) => {
      const address = clientAddress(socket.remoteAddress ?? '', undefined, 0);
      const open = (this.#perAddress.get(address) ?? 0) + 1;
      if (open > mostPerAddress) return void socket.destroy();
      this.#perAddress.set(address, open);
      socket.on('close', () => this.#forget(address));
      if (isTls) this.#keepWire(socket);
      else this.#watch(socket);
    });
    // What requests and upgrades come by is the socket above this one.
    if (isTls) server.on('secureConnection', (socket: Duplex) => this.#watch(socket));
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

  /**
   * The connection whose bytes are those on the wire. A TLS socket counts what it carries, not what that costs: a handshake
   * alone is some two kilobytes of a driver's data. Node has no public way from one to the other but the peer's port.
   */
  wireOf(socket: Socket): Socket {
    return this.#wires.get(peerOf(socket)) ?? socket;
  }

  #keepWire(socket: Socket): void {
    const peer = peerOf(socket);
    this.#wires.set(peer, socket);
    socket.on('close', () => this.#wires.delete(peer));
  }

  #watch(socket: Duplex): void {
    this.#open.add(socket);
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#busy.delete(socket);
    });
  }

  #forget(address: string): void {
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
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

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
