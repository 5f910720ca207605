import type { Case } from './case.ts';
import { DevicePool } from './device-pool.ts';
import { makeCase } from './make-case.ts';
import type { MemorySample } from './memory-trend.ts';
import { playCase, type Outcome } from './play-case.ts';
import type { ServerProcess } from './server-process.ts';
import { Tally } from './tally.ts';
import type { FuzzWorld } from './world.ts';

/** So many conversations at once. */
const LANES = 24;
/** Memory is looked at this often in a run; seldom enough that looking is not most of the work. */
const SAMPLES = 40;
const LEAST_BETWEEN = 250;
/** How long a server at full load may say nothing; and one that has nothing else to do. */
const SILENCE_MS = 3000;
const AGAIN_MS = 150;
/** What was played last, for when the server dies of one of them. */
const REMEMBERED = 100;

export interface Fault {
  /** `seed` and this make it again. */
  readonly number: number;
  readonly fault: string;
}

export interface AttackOptions {
  readonly server: ServerProcess;
  readonly world: FuzzWorld;
  readonly seed: bigint;
  readonly pieces: number;
  /** Each lane comes from an address of its own; else all from one. */
  readonly isSpread: boolean;
  readonly progress: (line: string) => void;
}

/** Throws cases at a server until so many frames and requests were sent, or it is dead. */
export class Attack {
  readonly #options: AttackOptions;
  readonly #devices: DevicePool;
  readonly tally = new Tally();
  readonly samples: MemorySample[] = [];
  readonly faults: Fault[] = [];
  /** Numbers of the cases played last; the server may have died of one. */
  readonly recent: number[] = [];
  #next = 0;
  #isOver = false;
  #sampled = 0;

  constructor(options: AttackOptions) {
    this.#options = options;
    this.#devices = new DevicePool(options.world.linkDevices);
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: LANES }, (_, lane) => this.#lane(lane)));
    await this.#sample();
  }

  play(played: Case, lane = 0, silenceMs = AGAIN_MS): Promise<Outcome> {
    const { server, world, isSpread } = this.#options;
    const localAddress = isSpread && process.platform === 'linux' ? `127.0.0.${lane + 2}` : '127.0.0.1';
    const player = { port: server.serving.port, localAddress, world, silenceMs };
    const needsDevice = played.opening === 'challenged' || played.opening === 'linked';
    if (!needsDevice) return playCase(played, { ...player, device: undefined });
    return this.#devices.use((device) => playCase(played, { ...player, device }));
  }

  async #lane(lane: number): Promise<void> {
    const { server, seed, world, pieces } = this.#options;
    while (!this.#isOver && this.tally.pieces < pieces) {
      const number = this.#next++;
      const made = makeCase(seed, number, world);
      this.recent.push(number);
      if (this.recent.length > REMEMBERED) this.recent.shift();
      const outcome = await this.play(made, lane, SILENCE_MS);
      if (!server.isAlive || outcome.ended === 'refused') this.#isOver = true;
      this.tally.add(made, outcome);
      if (outcome.fault !== undefined) this.faults.push({ number, fault: outcome.fault });
      if (this.tally.pieces >= this.#sampled * Math.max(LEAST_BETWEEN, pieces / SAMPLES)) await this.#sample();
    }
  }

  async #sample(): Promise<void> {
    this.#sampled++;
    const at = this.tally.pieces;
    const measured = await this.#options.server.ask({ type: 'measure' });
    if (!measured) return;
    this.samples.push({ ...measured, at });
    const megabytes = ((measured.heapUsed + measured.external) / 1e6).toFixed(1);
    this.#options.progress(`${at} sent; heap ${megabytes} MB, rss ${(measured.rss / 1e6).toFixed(0)} MB`);
  }
}
