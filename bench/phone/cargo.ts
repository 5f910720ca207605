/**
 * What a connection carries: the device link, a kernel, the phone's enrolment (key, self-test, consent), the app itself, or
 * nothing that was ever asked for (a connection opened ahead and closed again).
 */
export type Cargo = 'link' | 'kernel' | 'device' | 'app' | 'nothing';

export const cargoOf = (path: string): Cargo => {
  if (path === '/link') return 'link';
  if (path.startsWith('/kernels/')) return 'kernel';
  return /^\/api\/devices\b/.test(path) ? 'device' : 'app';
};

export class ByteCounts {
  readonly #bytes: Record<Cargo, number> = { link: 0, kernel: 0, device: 0, app: 0, nothing: 0 };
  readonly #requests: Record<Cargo, number> = { link: 0, kernel: 0, device: 0, app: 0, nothing: 0 };

  asked(cargo: Cargo): void {
    this.#requests[cargo]++;
  }

  add(cargo: Cargo, bytes: number): void {
    this.#bytes[cargo] += bytes;
  }

  totals(): Readonly<Record<Cargo, number>> {
    return { ...this.#bytes };
  }

  /** Upgrades and kernels asked for, and so on. */
  requests(): Readonly<Record<Cargo, number>> {
    return { ...this.#requests };
  }
}

/**
 * Counts one connection's bytes as they are on the wire, TLS and all, for what they were spent on. HTTP/1.1 without
 * pipelining, as browsers speak it: what comes in after an answer belongs to the next request, and before the first
 * request there is the handshake, which that one pays.
 */
export class ConnectionBill {
  readonly #counts: ByteCounts;
  #cargo: Cargo | undefined;
  #isAnswered = false;
  #unnamed = 0;

  constructor(counts: ByteCounts) {
    this.#counts = counts;
  }

  up(bytes: number): void {
    if (this.#isAnswered) this.#cargo = undefined;
    this.#isAnswered = false;
    this.#add(bytes);
  }

  down(bytes: number): void {
    this.#add(bytes);
  }

  /** The request that the last bytes brought. */
  carries(cargo: Cargo): void {
    this.#cargo = cargo;
    this.#counts.asked(cargo);
    this.#counts.add(cargo, this.#unnamed);
    this.#unnamed = 0;
  }

  answered(): void {
    this.#isAnswered = true;
  }

  ended(): void {
    this.#counts.add('nothing', this.#unnamed);
    this.#unnamed = 0;
  }

  #add(bytes: number): void {
    if (this.#cargo === undefined) this.#unnamed += bytes;
    else this.#counts.add(this.#cargo, bytes);
  }
}
