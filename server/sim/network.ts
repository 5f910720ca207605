import type { Rng } from '../../shared/rng.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { between, happens } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** One end of a connection. */
export interface Peer {
  received(bytes: Uint8Array): void;
  closed(): void;
}

export interface DialingPeer extends Peer {
  opened(): void;
}

export interface NetworkFaults {
  /** Per message: the connection breaks under it and loses all that is in flight, both ways. */
  readonly breaks: number;
  /** Per message: it comes twice in a row (a proxy that repeats itself). */
  readonly repeats: number;
  /** Per message: it and all behind it wait, up to a minute. */
  readonly stalls: number;
  /** Per region and hour: nobody there reaches the server for some minutes. */
  readonly partitions: number;
  /** Per connection that broke: what its phone had sent arrives all the same, perhaps after its next link has opened. */
  readonly stragglers: number;
}

export const CALM: NetworkFaults = { breaks: 0, repeats: 0, stalls: 0, partitions: 0, stragglers: 0 };

export interface Place {
  readonly region: number;
  readonly latencyMs: number;
}

export const REGIONS = 4;

/**
 * A lossy network that carries bytes and nothing else. A connection is what TCP makes of it: ordered, both ways; what is
 * lost is lost by its breaking, and the two ends hear of that at different times, or never.
 */
export class Network {
  faults: NetworkFaults = CALM;
  /** Answers a connection with the server's end, or nothing while no server listens. */
  listen: (connection: Connection) => Peer | undefined = () => undefined;
  readonly timeline: Timeline;
  readonly rng: Rng;
  readonly counts = { frames: 0, bytes: 0, broken: 0, repeated: 0, stalled: 0, late: 0 };
  readonly #open = new Set<Connection>();
  readonly #cutUntil: number[] = Array.from({ length: REGIONS }, () => 0);

  constructor(timeline: Timeline, rng: Rng) {
    this.timeline = timeline;
    this.rng = rng;
  }

  dial(place: Place, device: DialingPeer): Connection {
    const connection = new Connection(this, place, device);
    const cut = this.heldUpMs(place.region);
    const roundTrip = 2 * place.latencyMs + between(this.rng, 0, place.latencyMs);
    this.timeline.in(cut > 0 ? 21 * SECOND : roundTrip, 'dial', () => {
      if (connection.isOver) return;
      const server = cut > 0 ? undefined : this.listen(connection);
      if (!server) return connection.refuse();
      this.#open.add(connection);
      connection.open(server);
    });
    return connection;
  }

  /** The server's process is gone: its kernel resets most connections, some phones never hear of it. */
  dropAll(): void {
    for (const connection of [...this.#open]) connection.break(happens(this.rng, 0.3));
  }

  forget(connection: Connection): void {
    this.#open.delete(connection);
  }

  /** To be called once an hour. */
  maybePartition(): void {
    for (let region = 0; region < REGIONS; region++) {
      if (!happens(this.rng, this.faults.partitions)) continue;
      const startAt = this.timeline.now + between(this.rng, 0, 50 * MINUTE);
      this.timeline.at(startAt, `partition ${region}`, () => {
        this.#cutUntil[region] = this.timeline.now + between(this.rng, 20 * SECOND, 10 * MINUTE);
      });
    }
  }

  /** How long nothing gets through to or from a region, from now on. */
  heldUpMs(region: number): number {
    return Math.max(0, this.#cutUntil[region]! - this.timeline.now);
  }

  heal(): void {
    this.faults = CALM;
    this.#cutUntil.fill(0);
  }
}

type Side = 'device' | 'server';

export class Connection {
  isOver = false;
  readonly #network: Network;
  readonly #place: Place;
  readonly #device: DialingPeer;
  #server: Peer | undefined;
  /** How much later than usual what was in flight arrives at the server after a break; nothing = it is lost. */
  #lateMs: number | undefined;
  /** When the last message of a direction arrives: none behind it comes earlier. */
  readonly #lastAt = { device: 0, server: 0 };

  constructor(network: Network, place: Place, device: DialingPeer) {
    this.#network = network;
    this.#place = place;
    this.#device = device;
  }

  open(server: Peer): void {
    this.#server = server;
    this.#device.opened();
  }

  refuse(): void {
    this.isOver = true;
    this.#device.closed();
  }

  /** Bytes on their way to the other end. Copied: the two ends share no memory. */
  send(from: Side, bytes: Uint8Array): void {
    if (this.isOver) return;
    const { faults, rng, counts } = this.#network;
    counts.frames++;
    counts.bytes += bytes.length;
    if (happens(rng, faults.breaks)) return this.break(happens(rng, 0.3));
    const copy = bytes.slice();
    const times = happens(rng, faults.repeats) ? 2 : 1;
    counts.repeated += times - 1;
    for (let i = 0; i < times; i++) this.#arrive(from, `to ${this.#otherOf(from)}`, copy);
  }

  #arrive(from: Side, label: string, bytes: Uint8Array): void {
    const { timeline } = this.#network;
    const at = Math.max(this.#lastAt[from], timeline.now + this.#delayMs());
    this.#lastAt[from] = at;
    timeline.at(at, label, () => {
      if (this.isOver) return this.#straggle(from, bytes);
      timeline.note('bytes', bytes);
      this.#peer(this.#otherOf(from))?.received(bytes);
    });
  }

  #straggle(from: Side, bytes: Uint8Array): void {
    if (this.#lateMs === undefined || from === 'server') return;
    const { timeline, counts } = this.#network;
    counts.late++;
    timeline.in(this.#lateMs, 'late to server', () => {
      timeline.note('bytes', bytes);
      this.#server?.received(bytes);
    });
  }

  /** An orderly end: the other side hears of it after all that was sent before. */
  close(from: Side): void {
    if (this.isOver) return;
    const { timeline } = this.#network;
    const at = Math.max(this.#lastAt[from], timeline.now + this.#delayMs());
    timeline.at(at, `close to ${this.#otherOf(from)}`, () => {
      if (this.isOver) return;
      this.#end();
      this.#peer(this.#otherOf(from))?.closed();
    });
  }

  /** The connection breaks. `silent`: the phone finds out by itself, the server by a missing pong. */
  break(silent: boolean): void {
    if (this.isOver) return;
    this.#end();
    const { timeline, rng, counts, faults } = this.#network;
    counts.broken++;
    if (happens(rng, faults.stragglers)) this.#lateMs = between(rng, 0, 20 * SECOND);
    if (!silent) timeline.in(between(rng, 1, 3_000), 'reset', () => this.#device.closed());
    const isHeardOfLate = silent || this.#lateMs !== undefined;
    timeline.in(isHeardOfLate ? 60 * SECOND : between(rng, 1, 3_000), 'reset', () => this.#server?.closed());
  }

  #end(): void {
    this.isOver = true;
    this.#network.forget(this);
  }

  #delayMs(): number {
    const { faults, rng, counts } = this.#network;
    const isStalled = happens(rng, faults.stalls);
    if (isStalled) counts.stalled++;
    const jitter = between(rng, 0, this.#place.latencyMs);
    return (
      this.#place.latencyMs +
      jitter +
      this.#network.heldUpMs(this.#place.region) +
      (isStalled ? between(rng, 1, 60_000) : 0)
    );
  }

  #otherOf = (from: Side): Side => (from === 'device' ? 'server' : 'device');
  #peer = (side: Side): Peer | undefined => (side === 'device' ? this.#device : this.#server);
}
