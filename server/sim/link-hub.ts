import type { AccountId, DeviceId } from '../../shared/ids.ts';
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
import { findDevice } from '../services/find-device.ts';
import { randomBytes } from './chance.ts';
import type { Life } from './faulty-store.ts';
import { isSignature } from './key-twin.ts';
import type { Connection, Peer } from './network.ts';
import type { Observer } from './observer.ts';
import type { Timeline } from './timeline.ts';

export const ORIGIN = 'https://zeusdrive.example';

export interface HubParts {
  readonly timeline: Timeline;
  readonly policy: Policy;
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly rng: Rng;
  readonly observer: Observer;
  readonly life: Life;
}

/** The server's ends of all device links: carries out what the shipped link session orders, as the shipped hub does. */
export class LinkHub {
  readonly parts: HubParts;
  readonly environment: LinkEnvironment;
  readonly #ready = new Map<DeviceId, { readonly link: ServerLink; readonly accountId: AccountId | undefined }>();
  /** Counts up whenever there is more to do than before. */
  #supply = 0;

  constructor(parts: HubParts) {
    this.parts = parts;
    this.environment = { origin: ORIGIN, limits: parts.policy.limits };
  }

  get supply(): number {
    return this.#supply;
  }

  accept(connection: Connection): Peer {
    return new ServerLink(this, connection);
  }

  /** There is work: idle phones hear of it in turn, no more of them than units, and none for what it asked for in vain. */
  wake(units: number, hasGrown: boolean): void {
    if (hasGrown) this.#supply++;
    let left = units;
    for (const [deviceId, entry] of [...this.#ready]) {
      const { link } = entry;
      if (left <= 0) return;
      if (link.isWoken || link.askedInVainAt === this.#supply || this.parts.coordinator.holds(deviceId) > 0) continue;
      this.#ready.delete(deviceId); // to the end of the line
      this.#ready.set(deviceId, entry);
      link.isWoken = true;
      link.do({ type: 'wake' });
      left--;
    }
  }

  /** A device was banned. */
  end(deviceId: DeviceId): void {
    this.#ready.get(deviceId)?.link.do({ type: 'end', code: 'device_stopped' });
  }

  /** One link a device: a phone that comes back is faster than the news that it was gone. And few an account. */
  enter(deviceId: DeviceId, accountId: AccountId | undefined, link: ServerLink): void {
    const earlier = this.#ready.get(deviceId)?.link;
    const others = [...this.#ready].filter(([id, other]) => id !== deviceId && other.accountId === accountId);
    const isOver = others.length >= this.parts.policy.limits.linksPerAccount;
    if (!isOver) this.#ready.set(deviceId, { link, accountId });
    earlier?.do({ type: 'end', code: 'replaced' });
    if (isOver) link.do({ type: 'end', code: 'overloaded' });
  }

  leave(deviceId: DeviceId, link: ServerLink): void {
    if (this.#ready.get(deviceId)?.link !== link) return;
    this.#ready.delete(deviceId);
    this.parts.coordinator.unlinked(deviceId);
  }
}

class ServerLink implements Peer {
  readonly #hub: LinkHub;
  readonly #connection: Connection;
  #session: LinkSession;
  #device: FoundDevice | undefined;
  /** Not booked yet; what a link leaves behind is left out here. */
  #wireBytes = 0;
  /** Woken and not heard of since: it is not woken again for the same work. */
  isWoken = false;
  /** The supply it last asked at and got none of. */
  askedInVainAt: number | undefined;

  constructor(hub: LinkHub, connection: Connection) {
    const { timeline, rng, policy } = hub.parts;
    this.#hub = hub;
    this.#connection = connection;
    this.#session = openLink(randomBytes(rng, 32), timeline.now, hub.environment);
    timeline.in(policy.limits.authMs, 'auth due', () => this.do({ type: 'tick' }));
  }

  received(bytes: Uint8Array): void {
    this.#wireBytes += bytes.length;
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
    const isReady = session.state === 'ready' && before.state === 'linking';
    if (session.state === 'closed' && before.state === 'ready') this.#hub.leave(before.deviceId, this);
    if (isReady) this.#hub.enter(session.deviceId, this.#device?.accountId, this);
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: LinkEffect): void {
    const { coordinator, store, policy, observer, timeline } = this.#hub.parts;
    switch (effect.type) {
      case 'send':
        this.#wireBytes += effect.bytes.length;
        return this.#connection.send('server', effect.bytes);
      case 'close':
        return this.#connection.close('server');
      case 'lookUpDevice':
        return this.#answer(findDevice(store, policy, effect.deviceId), (device) => {
          this.#device = device;
          this.do({ type: 'found', device });
        });
      case 'verify': {
        const valid = isSignature(effect.publicKey, effect.bytes, effect.signature);
        timeline.in(1, 'verified', () => {
          if (this.#session.state === 'verifying') this.do({ type: 'verified', valid });
        });
        return;
      }
      case 'link': {
        const { deviceId, zoneMinutes } = effect;
        observer.linked(deviceId, zoneMinutes);
        const answer = coordinator.link(effect);
        answer.then(
          () => observer.linked(deviceId, zoneMinutes), // also when the phone has left meanwhile
          () => undefined,
        );
        return this.#answer(answer, (linked) => {
          if (linked.ok) this.do({ type: 'linked', ...linked.value });
          else this.do({ type: 'end', code: 'bad_signature' });
        });
      }
      case 'exchange': {
        const { supply } = this.#hub; // before: more may come while this is being decided
        const handed = observer.exchangeHanded(effect.exchange);
        const answer = coordinator.exchange(effect.exchange, this.#wireBytes);
        this.#wireBytes = 0;
        answer.catch(() => observer.exchangeRefused(handed));
        return this.#answer(answer, (reply) => {
          this.askedInVainAt = coordinator.holds(effect.exchange.deviceId) === 0 ? supply : undefined;
          this.isWoken = false; // a wake that crossed with this reply may have been overlooked
          if (reply.ok) this.#reply(effect.exchange.deviceId, reply.value);
          else {
            observer.exchangeRefused(handed);
            this.do({ type: 'end', code: 'too_fast' });
          }
        });
      }
      case 'reported':
        return; // for operators to look at: nothing of the world follows
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
