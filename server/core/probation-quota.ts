import { HOUR, MINUTE } from '../../shared/time.ts';

/**
 * Counts leases to devices on probation over the last hour, to the minute. In memory; a start begins with what rows tell of the
 * hour before it, as if all of it had gone out just then.
 * What was taken since `mark` is given back by `rollback`, as in the lease book.
 */
export class ProbationQuota {
  readonly #perMinute = new Map<number, number>();
  #taken: { readonly minute: number; readonly leases: number }[] = [];

  mark(): void {
    this.#taken = [];
  }

  rollback(): void {
    for (const { minute, leases } of this.#taken) this.#add(minute, -leases);
    this.#taken = [];
  }

  begin(now: number, leases: number): void {
    this.#add(Math.floor(now / MINUTE), leases);
  }

  /** How many more may go out now. */
  room(now: number, mostPerHour: number): number {
    return Math.max(0, mostPerHour - this.lastHour(now));
  }

  take(now: number, leases: number): void {
    const minute = Math.floor(now / MINUTE);
    this.#add(minute, leases);
    this.#taken.push({ minute, leases });
  }

  lastHour(now: number): number {
    const oldest = Math.floor((now - HOUR) / MINUTE);
    let leases = 0;
    for (const [minute, count] of this.#perMinute) {
      if (minute <= oldest) this.#perMinute.delete(minute);
      else leases += count;
    }
    return leases;
  }

  #add(minute: number, leases: number): void {
    this.#perMinute.set(minute, (this.#perMinute.get(minute) ?? 0) + leases);
  }
}
