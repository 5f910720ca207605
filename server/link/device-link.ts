import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { DeviceId } from '../../shared/ids.ts';
import type { LimitPolicy } from '../../shared/model/policy.ts';
import type { ByeCode } from '../../shared/protocol/frame-table.ts';
import { unreachable } from '../../shared/assert.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Allowances } from '../core/link-allowance.ts';
import {
  openLink,
  stepLink,
  type FoundDevice,
  type LinkEffect,
  type LinkEnvironment,
  type LinkEvent,
  type LinkSession,
} from '../core/link-session.ts';
import { verifyProof } from './verify-proof.ts';

export interface LinkParts {
  readonly coordinator: Coordinator;
  readonly findDevice: (id: DeviceId) => Promise<FoundDevice | undefined>;
  readonly environment: LinkEnvironment;
  readonly limits: LimitPolicy;
  readonly maxHeld: number;
  readonly clock: () => number;
  readonly nonce: () => Uint8Array;
  readonly incident: (id: string, error: unknown) => void;
  /** The hub's count of how often there was more to do. */
  readonly supply: () => number;
  /** What the link's bytes pass through: TCP payload, with the upgrade's headers. */
  readonly wire: Pick<Socket, 'bytesRead' | 'bytesWritten'>;
  /** By device: what earlier links have carried and no exchange has booked. */
  readonly unbooked: Map<DeviceId, number>;
  readonly allowances: Allowances;
  /** The proof held: the hub ends an older link of the same device and counts this one. */
  readonly onReady: (link: DeviceLink, deviceId: DeviceId, device: FoundDevice) => void;
  readonly onClosed: (link: DeviceLink) => void;
}

/**
 * One device's socket: carries the effects of the pure session out and brings their answers back. It decides nothing; the
 * order of frames, their limits and what a wrong one costs all stand in `core/link-session.ts`.
 */
export class DeviceLink {
  readonly #socket: WebSocket;
  readonly #parts: LinkParts;
  #session: LinkSession;
  #device: FoundDevice | undefined;
  readonly #authTimer: NodeJS.Timeout;
  #closeTimer: NodeJS.Timeout | undefined;
  /** Woken and not heard of since: it is not woken again for the same work. */
  isWoken = false;
  /** The supply it last asked at and got none of. */
  askedInVainAt: number | undefined;
  /** Why it rests, as it last said; 0 = it computes, or has not said. */
  reason = 0;
  #booked = 0;
  /** Whose link it is, once proven. */
  linkedAs: DeviceId | undefined;

  constructor(socket: WebSocket, parts: LinkParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#session = openLink(parts.nonce(), parts.clock(), parts.environment);
    this.#authTimer = setTimeout(() => this.#step({ type: 'tick' }), parts.limits.authMs + 1);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#gone());
    socket.on('error', () => socket.terminate()); // a protocol error of the peer; `close` follows
  }

  wake(): void {
    this.isWoken = true;
    this.#step({ type: 'wake' });
  }

  policyChanged(policyVersion: number): void {
    this.#step({ type: 'policyChanged', policyVersion, maxHeld: this.#parts.maxHeld });
  }

  end(code: ByeCode): void {
    this.#step({ type: 'end', code });
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.isWoken = false;
    // A text message is no frame: handed on as the empty one, it is refused like any other malformed frame.
    this.#step({ type: 'received', bytes: isBinary ? bytesOf(data) : new Uint8Array() });
  }

  #gone(): void {
    clearTimeout(this.#authTimer);
    clearTimeout(this.#closeTimer); // it would hold all of this for two seconds more
    this.#step({ type: 'peerClosed' });
    if (this.linkedAs !== undefined) this.#parts.unbooked.set(this.linkedAs, this.#takeBytes(this.linkedAs));
    this.#parts.onClosed(this);
  }

  #step(event: LinkEvent): void {
    const wasReady = this.#session.state === 'ready';
    const now = this.#parts.clock();
    const { session, effects } = stepLink(this.#session, event, now, this.#parts.environment);
    this.#session = session;
    if (session.state === 'ready') this.#parts.allowances.put(session.deviceId, session.allowance, now);
    if (!wasReady && session.state === 'ready' && this.#device) {
      clearTimeout(this.#authTimer);
      this.linkedAs = session.deviceId;
      this.#parts.onReady(this, session.deviceId, this.#device);
    }
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: LinkEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.bytes);
      case 'close':
        return this.#close();
      case 'verify':
        return this.#step({ type: 'verified', valid: verifyProof(effect.publicKey, effect.bytes, effect.signature) });
      case 'loadInput': {
        const { deviceId, jobId, round, withJobInput } = effect;
        const input = this.#parts.coordinator.inputFor(deviceId, jobId, round);
        const asked = input && (withJobInput ? input : { ...input, jobInput: new Uint8Array() });
        return this.#step({ type: 'loaded', jobId, round, input: asked });
      }
      case 'reported':
        this.reason = effect.report.reason;
        return undefined;
      case 'lookUpDevice':
      case 'link':
      case 'exchange':
        return void this.#ask(effect).catch((error: unknown) => {
          this.#parts.incident('link', error);
          this.end('overloaded'); // the device comes back with the same exchange and gets its reply then
        });
      default:
        return unreachable(effect);
    }
  }

  async #ask(effect: LinkEffect & { type: 'lookUpDevice' | 'link' | 'exchange' }): Promise<void> {
    const { coordinator, findDevice } = this.#parts;
    switch (effect.type) {
      case 'lookUpDevice':
        this.#device = await findDevice(effect.deviceId);
        return this.#step({ type: 'found', device: this.#device });
      case 'link': {
        const linked = await coordinator.link(effect);
        const allowance = this.#parts.allowances.of(effect.deviceId);
        return linked.ok ? this.#step({ type: 'linked', ...linked.value, allowance }) : this.end('bad_signature');
      }
      case 'exchange': {
        this.reason = effect.exchange.report.reason;
        const supply = this.#parts.supply(); // before: more may come while this is being decided
        const reply = await coordinator.exchange(effect.exchange, this.#takeBytes(effect.exchange.deviceId));
        this.askedInVainAt = coordinator.holds(effect.exchange.deviceId) === 0 ? supply : undefined;
        this.isWoken = false; // a wake that crossed with this reply may have been overlooked
        return reply.ok ? this.#step({ type: 'replied', bytes: reply.value }) : this.end('too_fast');
      }
      default:
        return unreachable(effect);
    }
  }

  /** Bytes since the last call, and of links before this one. What a failed fact would have booked is lost: it is small. */
  #takeBytes(deviceId: DeviceId): number {
    const { wire, unbooked } = this.#parts;
    const passed = wire.bytesRead + wire.bytesWritten;
    const bytes = passed - this.#booked + (unbooked.get(deviceId) ?? 0);
    this.#booked = passed;
    unbooked.delete(deviceId);
    return bytes;
  }

  #send(bytes: Uint8Array): void {
    const { limits, incident } = this.#parts;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (bytes.length > limits.serverFrameBytes) {
      incident('link', new RangeError(`a frame of ${bytes.length} bytes: expected at most ${limits.serverFrameBytes}`));
      return this.end('overloaded'); // phones refuse such a one, and would ask for it for ever
    }
    this.#socket.send(bytes);
    if (this.#socket.bufferedAmount > this.#parts.limits.unreadBytes) this.#socket.terminate();
  }

  #close(): void {
    this.#socket.close(1000);
    // A peer that does not answer the closing handshake is cut off.
    this.#closeTimer ??= setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
  }
}

const CLOSE_MS = 2000;

function bytesOf(data: RawData): Uint8Array {
  const buffer = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
