import type { DeviceId } from '../../shared/ids.ts';
import type { ThrottlePolicy } from '../../shared/model/policy.ts';
import { DAY, MINUTE } from '../../shared/time.ts';

/**
 * What a linked device may draw without working for it. Past its day's bytes a device gets no leases, but what it still holds
 * gives it a right to inputs, and an exchange said again to its stored reply: without a measure, both without end.
 *
 * Two buckets a device, each told by the one instant at which it is full again (GCRA): bytes that its frames make us send, and
 * frames. They outlive a link, so that coming back refills nothing; a restart forgets them. A phone that obeys its governor
 * never meets either: all it sends and receives in a day is less than what is refilled, and what it can ask for at once (the
 * inputs of all it holds, and all of them again when its page was evicted) is what they hold.
 */
export interface Allowance {
  readonly bytesFullAt: number;
  readonly framesFullAt: number;
}

export type AllowanceRules = Pick<ThrottlePolicy, 'bytesADay' | 'drawnBytes' | 'framesAtOnce' | 'framesAMinute'>;

export const FULL: Allowance = { bytesFullAt: 0, framesFullAt: 0 };

/** After bytes that were sent because the device asked; nothing when there are not so many left. */
export function afterBytes(own: Allowance, bytes: number, rules: AllowanceRules, now: number): Allowance | undefined {
  const bytesFullAt = taken(own.bytesFullAt, bytes, rules.drawnBytes, DAY / rules.bytesADay, now);
  return bytesFullAt === undefined ? undefined : { ...own, bytesFullAt };
}

/** After a frame of the device; nothing when it was one too many. */
export function afterFrame(own: Allowance, rules: AllowanceRules, now: number): Allowance | undefined {
  const framesFullAt = taken(own.framesFullAt, 1, rules.framesAtOnce, MINUTE / rules.framesAMinute, now);
  return framesFullAt === undefined ? undefined : { ...own, framesFullAt };
}

/** We asked it to ask: that frame is free. */
export const afterWake = (own: Allowance, { framesAMinute }: AllowanceRules): Allowance => ({
  ...own,
  framesFullAt: own.framesFullAt - MINUTE / framesAMinute,
});

/** `everyMs`: how long one takes to come back. */
function taken(fullAt: number, amount: number, most: number, everyMs: number, now: number): number | undefined {
  const after = Math.max(now, fullAt) + amount * everyMs;
  return after - now > most * everyMs ? undefined : after;
}

/** By device, over all its links. */
export class Allowances {
  readonly #own = new Map<DeviceId, Allowance>();

  of(id: DeviceId): Allowance {
    return this.#own.get(id) ?? FULL;
  }

  put(id: DeviceId, own: Allowance, now: number): void {
    if (this.#own.size >= MOST_KEPT && !this.#own.has(id)) this.#forget(now);
    this.#own.set(id, own);
  }

  /** Full ones say nothing. */
  #forget(now: number): void {
    for (const [id, own] of this.#own) if (Math.max(own.bytesFullAt, own.framesFullAt) <= now) this.#own.delete(id);
  }
}

/** Devices: 5 MB. More are kept only while none of them is full. */
const MOST_KEPT = 50_000;
