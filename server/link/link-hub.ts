import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import { REST_CODES } from '../../shared/model/rest-codes.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { FoundDevice } from '../core/link-session.ts';
import { DeviceLink } from './device-link.ts';

export interface HubParts {
  readonly coordinator: Coordinator;
  readonly findDevice: (id: DeviceId) => Promise<FoundDevice | undefined>;
  readonly policy: Policy;
  /** The origins this server's pages have; a proof is bound to the one its page says. */
  readonly origins: ReadonlySet<string>;
  /** Whose connection it is: what links are counted by. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Counts the bytes of a connection as they are on the wire, TLS included. */
  readonly wireOf: (socket: Socket) => Socket;
  readonly clock: () => number;
  /** Challenges: 32 bytes nobody can guess, unless a test says which. */
  readonly nonce?: () => Uint8Array;
  readonly incident: (id: string, error: unknown) => void;
}

/**
 * All device links. `ws` stands on the server's upgrade event, beside Hono: Hono's own upgrade is six times slower when
 * every phone comes back at once (measured). No compression: results are hashes, and it would cost memory per link.
 */
export class LinkHub {
  readonly #parts: HubParts;
  readonly #sockets: WebSocketServer;
  readonly #open = new Set<DeviceLink>();
  readonly #byDevice = new Map<DeviceId, { readonly link: DeviceLink; readonly accountId: AccountId }>();
  readonly #perAddress = new Map<string, number>();
  /** Bytes of links, by device, that no exchange has taken to its account yet: few a device, gone when we stop. */
  readonly #unbooked = new Map<DeviceId, number>();
  /** Counts up whenever there is more to do than before. */
  #supply = 0;
  #isClosing = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
    const maxPayload = parts.policy.limits.deviceFrameBytes;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload,
      perMessageDeflate: false,
      clientTracking: false,
    });
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Devices with an open link. */
  get linked(): number {
    return this.#byDevice.size;
  }

  /** How many of them rest, by the governor's code. A phone that is hidden, or used up its data, has no link. */
  get resting(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { link } of this.#byDevice.values()) {
      if (link.reason === 0) continue;
      const code = REST_CODES[link.reason - 1] ?? 'unknown';
      counts[code] = (counts[code] ?? 0) + 1;
    }
    return counts;
  }

  /** How many of them hold work and do not rest. */
  get computing(): number {
    let count = 0;
    for (const [id, { link }] of this.#byDevice)
      if (link.reason === 0 && this.#parts.coordinator.holds(id) > 0) count++;
    return count;
  }

  /** How many links each account has open, and each address that has any: for who looks at the limits of both. */
  get openOf(): { readonly accounts: ReadonlyMap<AccountId, number>; readonly addresses: readonly number[] } {
    const accounts = new Map<AccountId, number>();
    for (const { accountId } of this.#byDevice.values()) accounts.set(accountId, (accounts.get(accountId) ?? 0) + 1);
    return { accounts, addresses: [...this.#perAddress.values()] };
  }

  /** Why a linked device rests: its code, nothing while it does not; undefined when it has no link. */
  restOf(deviceId: DeviceId): string | null | undefined {
    const reason = this.#byDevice.get(deviceId)?.link.reason;
    return reason === undefined ? undefined : reason === 0 ? null : (REST_CODES[reason - 1] ?? 'unknown');
  }

  /**
   * There is work: idle devices hear of it in turn, no more of them than units. In turn: a liar that was always first would get
   * the slot it spoiled back for ever. One that asked and got
   * nothing (its own driver's job, the budget spent) is left alone until there is more: a wake a second would cost it
   * megabytes a day.
   */
  wake(units: number, hasGrown: boolean): void {
    if (hasGrown) this.#supply++;
    let left = units;
    for (const [deviceId, entry] of [...this.#byDevice]) {
      const { link } = entry;
      if (left <= 0) return;
      if (link.isWoken || link.askedInVainAt === this.#supply || this.#parts.coordinator.holds(deviceId) > 0) continue;
      this.#byDevice.delete(deviceId); // to the end of the line
      this.#byDevice.set(deviceId, entry);
      link.wake();
      left--;
    }
  }

  /** Every open link hears of it; what it means its page asks. */
  policyChanged(policyVersion: number): void {
    for (const { link } of this.#byDevice.values()) link.policyChanged(policyVersion);
  }

  /** Ends a device's link, if it has one: opt-out, ban. */
  end(deviceId: DeviceId, code: 'not_opted_in' | 'device_stopped'): void {
    this.#byDevice.get(deviceId)?.link.end(code);
  }

  close(): void {
    this.#isClosing = true;
    for (const link of this.#open) link.end('shutting_down');
    this.#sockets.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const origin = request.headers.origin ?? '';
    const refusal = this.#refusal(request, origin);
    if (refusal) return refuse(socket, refusal);
    const address = this.#parts.addressOf(request);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    socket.once('close', () => this.#forgetAddress(address));
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { policy, clock, coordinator, findDevice, incident, nonce = newNonce } = this.#parts;
      const link = new DeviceLink(webSocket, {
        coordinator,
        findDevice,
        environment: { origin, limits: policy.limits },
        limits: policy.limits,
        maxHeld: policy.leases.most,
        clock,
        nonce,
        incident,
        supply: () => this.#supply,
        wire: this.#parts.wireOf(request.socket),
        unbooked: this.#unbooked,
        onReady: (ready, deviceId, device) => this.#ready(ready, deviceId, device),
        onClosed: (closed) => this.#closed(closed),
      });
      this.#open.add(link);
    });
  }

  /** A status line, when this upgrade may not be. A page of another origin may not open a link in a driver's name. */
  #refusal(request: IncomingMessage, origin: string): string | undefined {
    // Not by `new URL`: it throws at what is none, and strangers write what they like here.
    if (request.url?.split('?')[0] !== '/link') return '404 Not Found';
    if (!this.#parts.origins.has(origin)) return '403 Forbidden';
    if (this.#isClosing) return '503 Service Unavailable';
    const links = this.#perAddress.get(this.#parts.addressOf(request)) ?? 0;
    return links >= this.#parts.policy.limits.linksPerAddress ? '429 Too Many Requests' : undefined;
  }

  #ready(link: DeviceLink, deviceId: DeviceId, { accountId }: FoundDevice): void {
    this.#byDevice.get(deviceId)?.link.end('replaced');
    let links = 0;
    for (const [id, other] of this.#byDevice) if (other.accountId === accountId && id !== deviceId) links++;
    if (links >= this.#parts.policy.limits.linksPerAccount) return link.end('overloaded');
    this.#byDevice.set(deviceId, { link, accountId });
  }

  #closed(link: DeviceLink): void {
    this.#open.delete(link);
    const { linkedAs } = link;
    if (linkedAs !== undefined && this.#byDevice.get(linkedAs)?.link === link) {
      this.#byDevice.delete(linkedAs);
      this.#parts.coordinator.unlinked(linkedAs);
    }
  }

  #forgetAddress(address: string): void {
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}

const newNonce = (): Uint8Array => randomBytes(32);

/** An upgraded socket is nobody's: Node has left it, so its errors are ours to hear, and its end is ours to make. */
function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
