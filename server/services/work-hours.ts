import type { UnitHour } from '../../shared/protocol/rest.ts';
import { HOUR } from '../../shared/time.ts';
import type { DeskFigures } from '../store/sqlite/desk-figures.ts';

const HOURS = 24;

/** When each of the last 24 hours (UTC) began, oldest first; the last one is under way. */
export function lastHours(now: number): readonly number[] {
  const last = Math.floor(now / HOUR) * HOUR;
  return Array.from({ length: HOURS }, (_, i) => last - (HOURS - 1 - i) * HOUR);
}

/**
 * Units of phones by the hour. Each transfer is counted once: hours that are over are kept, of the one under way it goes on
 * where it stood. So a look costs what came since the last one, also while somebody types a price and sees what it brings.
 */
export class WorkHours {
  readonly #figures: Pick<DeskFigures, 'workBetween' | 'workAfter'>;
  readonly #past = new Map<number, UnitHour>();
  #going: (UnitHour & { readonly lastId: number }) | undefined;

  constructor(figures: Pick<DeskFigures, 'workBetween' | 'workAfter'>) {
    this.#figures = figures;
  }

  /** The last 24, oldest first, letting others run in between. */
  async of(now: number): Promise<readonly UnitHour[]> {
    const hours = lastHours(now);
    for (const from of this.#past.keys()) if (!hours.includes(from)) this.#past.delete(from);
    const all: UnitHour[] = [];
    for (const from of hours.slice(0, -1)) {
      let hour = this.#past.get(from);
      if (!hour) {
        this.#past.set(from, (hour = { from, ...this.#figures.workBetween(from, from + HOUR) }));
        await new Promise((resolve) => setImmediate(resolve));
      }
      all.push(hour);
    }
    all.push(this.#underWay(hours.at(-1) ?? 0));
    return all;
  }

  #underWay(from: number): UnitHour {
    const before = this.#going?.from === from ? this.#going : undefined;
    const { units, micros, lastId } = this.#figures.workAfter(from, before?.lastId);
    this.#going = {
      ...{ from, lastId },
      ...{ units: (before?.units ?? 0) + units, micros: (before?.micros ?? 0) + micros },
    };
    return { from, units: this.#going.units, micros: this.#going.micros };
  }
}
