import type { Case } from './case.ts';
import type { Outcome } from './play-case.ts';
import type { Operation } from './world.ts';

/** Counts, by whatever name. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  /** Most first. */
  toObject(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([, a], [, b]) => b - a));
  }
}

export interface TallyReport {
  readonly cases: number;
  /** Frames, upgrades and requests. */
  readonly pieces: number;
  readonly groups: Readonly<Record<string, number>>;
  readonly mutations: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly frames: Readonly<Record<string, number>>;
  readonly endings: Readonly<Record<string, number>>;
}

export class Tally {
  #cases = 0;
  #pieces = 0;
  readonly #groups = new Counts();
  readonly #mutations = new Counts();
  readonly #statuses = new Counts();
  readonly #frames = new Counts();
  readonly #endings = new Counts();
  readonly #asked = new Set<string>();

  get pieces(): number {
    return this.#pieces;
  }

  /** Whether any request had this method and this path of the document. */
  hasAsked({ method, path }: Pick<Operation, 'method' | 'path'>): boolean {
    return this.#asked.has(`${method} ${path}`);
  }

  add({ group, opening, kinds: made }: Case, { sent, statuses, heard, ended }: Outcome): void {
    // On a link each is a message, and the server may have ended it before the last. Requests go out together.
    const kinds = opening === 'tcp' ? made.slice(0, sent > 0 ? made.length : 0) : made.slice(0, sent);
    this.#cases++;
    this.#pieces += kinds.length;
    this.#groups.add(group, kinds.length);
    for (const kind of kinds) this.#asked.add(group === 'stream' ? `GET ${kind}` : kind.split(' ', 2).join(' '));
    for (const kind of kinds) this.#mutations.add(`${group} ${kind.replace(/^(?:GET|POST|PUT|HEAD|DELETE) /, '')}`);
    for (const status of statuses) this.#statuses.add(String(status));
    for (const frame of heard) this.#frames.add(frame);
    this.#endings.add(ended);
  }

  report(): TallyReport {
    return {
      cases: this.#cases,
      pieces: this.#pieces,
      groups: this.#groups.toObject(),
      mutations: this.#mutations.toObject(),
      statuses: this.#statuses.toObject(),
      frames: this.#frames.toObject(),
      endings: this.#endings.toObject(),
    };
  }
}
