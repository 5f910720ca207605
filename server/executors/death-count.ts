/** After this many threads have died of one piece of work, it is the work and not the threads. */
const MOST_DEATHS = 5;
/** Work that others finished meanwhile is never crossed off; beyond this many the oldest is forgotten. */
const KEPT = 1_000;

/** How many threads each piece of work has cost so far. */
export class DeathCount {
  readonly #deaths = new Map<string, number>();

  /** Counts one; true when that is one too many, and then forgets it. */
  isHopeless(work: string): boolean {
    const deaths = (this.#deaths.get(work) ?? 0) + 1;
    this.#deaths.delete(work);
    if (deaths >= MOST_DEATHS) return true;
    this.#deaths.set(work, deaths);
    if (this.#deaths.size > KEPT) for (const oldest of this.#deaths.keys()) return !this.#deaths.delete(oldest);
    return false;
  }

  forget(work: string): void {
    this.#deaths.delete(work);
  }
}
