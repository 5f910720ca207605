import type { DeviceId } from '../../shared/ids.ts';
import type { Device } from '../../shared/model/device.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { Rng } from '../../shared/rng.ts';
import type { Coordinator } from '../core/coordinator.ts';
import {
  openLink,
  stepLink,
  type FoundDevice,
  type LinkEffect,
  type LinkEnvironment,
  type LinkEvent,
  type LinkSession,
} from '../core/link-session.ts';
import type { Store } from '../core/ports.ts';
import { readSetOf } from '../core/read-set.ts';
import { randomBytes } from './chance.ts';
import type { Life } from './faulty-store.ts';
import { isSignature } from './key-twin.ts';
import type { Connection, Peer } from './network.ts';
import type { Observer } from './observer.ts';
import type { Timeline } from './timeline.ts';

export const ORIGIN = 'https://zeusdrive.example';
const NOTHING = readSetOf([]);

export interface HubParts {
  readonly timeline: Timeline;
  readonly policy: Policy;
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly rng: Rng;
  readonly observer: Observer;
  readonly life: Life;
}

/** The server's ends of all device links: carries out what the shipped link session orders. */
export class LinkHub {
  readonly parts: HubParts;
  readonly environment: LinkEnvironment;
  readonly #ready = new Map<DeviceId, ServerLink>();

  constructor(parts: HubParts) {
    this.parts = parts;
    this.environment = { origin: ORIGIN, limits: parts.policy.limits };
  }

  accept(connection: Connection): Peer {
    return new ServerLink(this, connection);
  }

  /** There is work: idle phones hear of it, those longest linked first, no more of them than units. */
  wake(units: number): void {
    let left = units;
    for (const [deviceId, link] of this.#ready) {
      if (left <= 0) return;
      if (link.isWoken || this.parts.coordinator.holds(deviceId) > 0) continue;
      link.isWoken = true;
      link.do({ type: 'wake' });
      left--;
    }
  }

  /** One link a device: a phone that comes back is faster than the news that it was gone. */
  enter(deviceId: DeviceId, link: ServerLink): void {
    const earlier = this.#ready.get(deviceId);
    this.#ready.delete(deviceId);
    this.#ready.set(deviceId, link);
    earlier?.do({ type: 'end', code: 'replaced' });
  }

  leave(deviceId: DeviceId, link: ServerLink): void {
    if (this.#ready.get(deviceId) === link) this.#ready.delete(deviceId);
  }
}

class ServerLink implements Peer {
  readonly #hub: LinkHub;
  readonly #connection: Connection;
  #session: LinkSession;
  /** Woken and not heard of since: it is not woken again for the same work. */
  isWoken = false;

  constructor(hub: LinkHub, connection: Connection) {
    const { timeline, rng, policy } = hub.parts;
    this.#hub = hub;
    this.#connection = connection;
    this.#session = openLink(randomBytes(rng, 32), timeline.now, hub.environment);
    timeline.in(policy.limits.authMs, 'auth due', () => this.do({ type: 'tick' }));
  }

  received(bytes: Uint8Array): void {
    this.isWoken = false;
    this.do({ type: 'received', bytes });
  }

  closed(): void {
    this.do({ type: 'peerClosed' });
  }

  do(event: LinkEvent): void {
    const { timeline, life } = this.#hub.parts;
    if (life.isOver) return;
    const before = this.#session;
    const { session, effects } = stepLink(before, event, timeline.now, this.#hub.environment);
    this.#session = session;
    if (session.state === 'ready' && before.state === 'linking') this.#hub.enter(session.deviceId, this);
    if (session.state === 'closed' && before.state === 'ready') this.#hub.leave(before.deviceId, this);
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: LinkEffect): void {
    const { coordinator, store, policy, observer, timeline } = this.#hub.parts;
    switch (effect.type) {
      case 'send':
        return this.#connection.send('server', effect.bytes);
      case 'close':
        return this.#connection.close('server');
      case 'lookUpDevice':
        return this.#answer(store.load({ ...NOTHING, devices: new Set([effect.deviceId]) }), ({ devices }) => {
          this.do({ type: 'found', device: foundDevice(devices.get(effect.deviceId), policy) });
        });
      case 'verify': {
        const valid = isSignature(effect.publicKey, effect.bytes, effect.signature);
        timeline.in(1, 'verified', () => {
          if (this.#session.state === 'verifying') this.do({ type: 'verified', valid });
        });
        return;
      }
      case 'link': {
        const { deviceId } = effect;
        observer.linked(deviceId);
        const answer = coordinator.link(effect);
        answer.then(
          () => observer.linked(deviceId), // also when the phone has left meanwhile
          () => undefined,
        );
        return this.#answer(answer, (linked) => {
          if (linked.ok) this.do({ type: 'linked', ...linked.value });
          else this.do({ type: 'end', code: 'bad_signature' });
        });
      }
      case 'exchange': {
        const handed = observer.exchangeHanded(effect.exchange);
        const answer = coordinator.exchange(effect.exchange);
        answer.catch(() => observer.exchangeRefused(handed));
        return this.#answer(answer, (reply) => {
          if (reply.ok) this.#reply(effect.exchange.deviceId, reply.value);
          else {
            observer.exchangeRefused(handed);
            this.do({ type: 'end', code: 'too_fast' });
          }
        });
      }
      case 'loadInput': {
        const { deviceId, jobId, round } = effect;
        const input = coordinator.inputFor(deviceId, jobId, round);
        const sent = input && !effect.withJobInput ? { ...input, jobInput: new Uint8Array() } : input;
        this.do({ type: 'loaded', jobId, round, input: sent });
        return;
      }
    }
  }

  #reply(deviceId: DeviceId, bytes: Uint8Array): void {
    this.#hub.parts.observer.replySent(deviceId, bytes);
    this.do({ type: 'replied', bytes });
  }

  /** A refusal by the coordinator or the store is not the phone's fault: it links again later. */
  #answer<T>(promise: Promise<T>, take: (value: T) => void): void {
    const { timeline, life } = this.#hub.parts;
    timeline.stir();
    void promise.then(
      (value) => {
        if (!life.isOver && this.#session.state !== 'closed') take(value);
      },
      () => this.do({ type: 'end', code: 'overloaded' }),
    );
  }
}

function foundDevice(device: Device | undefined, policy: Policy): FoundDevice | undefined {
  if (device?.executor !== 'peer') return undefined;
  return device.consentVersion === policy.consentVersion ? device : { ...device, status: 'not_opted_in' };
}
