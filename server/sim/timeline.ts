import { createHash } from 'node:crypto';

/** An event that may still be called off. */
export interface Ticket {
  isOff: boolean;
}

interface Entry {
  readonly at: number;
  /** Breaks ties: events of one instant happen in the order they were planned. */
  readonly order: number;
  readonly label: string;
  readonly run: () => void;
  readonly ticket: Ticket;
}

/**
 * Virtual time: one clock, one heap of events, one log. Nothing in a simulation happens but by an event of this heap or
 * by a promise that such an event resolved. After an event that touched promises, all of them settle before the next one:
 * the coordinator's awaits are microtasks only (the store is synchronous inside), so waiting one turn of Node's own loop
 * drains them, in an order that JavaScript fixes. So the same seed gives the same log, byte for byte.
 */
export class Timeline {
  now: number;
  events = 0;
  readonly #heap: Entry[] = [];
  readonly #hash = createHash('sha256');
  #planned = 0;
  #isStirred = false;
  #lines: string[] = [];

  constructor(startAt: number) {
    this.now = startAt;
  }

  /** Plans an event. Instants are whole milliseconds; the past is now. */
  at(when: number, label: string, run: () => void): Ticket {
    const ticket: Ticket = { isOff: false };
    const at = Math.max(this.now, Math.ceil(when));
    push(this.#heap, { at, order: this.#planned++, label, run, ticket });
    return ticket;
  }

  in(ms: number, label: string, run: () => void): Ticket {
    return this.at(this.now + ms, label, run);
  }

  /** Resolves after a while. */
  sleep(ms: number, label: string): Promise<void> {
    return new Promise((resolve) => {
      this.in(ms, label, () => {
        this.stir();
        resolve();
      });
    });
  }

  /** To be called by an event that resolved a promise or called something asynchronous. */
  stir(): void {
    this.#isStirred = true;
  }

  /** Puts a line, and perhaps the bytes it is about, into the log. Only its hash is kept. */
  note(line: string, bytes?: Uint8Array): void {
    this.#lines.push(line);
    if (!bytes && this.#lines.length < 500) return;
    this.#hash.update(this.#lines.join('\n'));
    this.#lines = [];
    if (bytes) this.#hash.update(bytes);
  }

  /** Runs all events up to an instant; `after` looks at the world after each and ends the run by saying false. */
  async runUntil(end: number, after: () => boolean): Promise<void> {
    for (;;) {
      if (this.#isStirred) await this.#drain();
      const next = this.#heap[0];
      if (!next || next.at > end) break;
      pop(this.#heap);
      if (next.ticket.isOff) continue;
      this.now = next.at;
      this.events++;
      this.note(`${this.events} ${this.now} ${next.label}`);
      next.run();
      if (this.#isStirred) await this.#drain();
      if (!after()) return;
    }
    this.now = end;
  }

  hashSoFar(): string {
    this.#hash.update(this.#lines.join('\n'));
    this.#lines = [];
    return this.#hash.copy().digest('hex').slice(0, 32);
  }

  async #drain(): Promise<void> {
    this.#isStirred = false;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isBefore(entry, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
}
