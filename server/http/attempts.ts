import type { Context } from 'hono';
import type { HttpEnv } from './env.ts';
import { errorReply } from './error-reply.ts';

/** How many keys are remembered: beyond, the oldest windows are forgotten first. */
const MOST_KEYS = 50_000;

interface Window {
  readonly endsAt: number;
  readonly used: number;
}

/** One limit: what is counted, how often it may be, and within how long, if not the usual window. */
export type Limit = readonly [key: string, most: number, windowMs?: number];

/** Counts attempts in fixed windows, in memory: a restart forgives. */
export class Attempts {
  readonly #windows = new Map<string, Window>();
  readonly #clock: () => number;
  readonly #windowMs: number;
  #sweptAt = 0;

  constructor(windowMs: number, clock: () => number) {
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** One more attempt under this key. Returns how many milliseconds to wait; 0 while there are at most `most`. */
  take(key: string, most: number, windowMs = this.#windowMs): number {
    const now = this.#clock();
    this.#sweep(now);
    const known = this.#windows.get(key);
    const window = known && known.endsAt > now ? known : { endsAt: now + windowMs, used: 0 };
    if (window.used >= most) return window.endsAt - now;
    this.#windows.delete(key); // the newest stand last
    this.#windows.set(key, { ...window, used: window.used + 1 });
    if (this.#windows.size > MOST_KEYS) this.#windows.delete(this.#windows.keys().next().value ?? '');
    return 0;
  }

  /** How many windows are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Forgets what has ended, once a window: a day of strangers must not stay in memory, nor push out whom it is about. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < this.#windowMs) return;
    this.#sweptAt = now;
    for (const [key, { endsAt }] of this.#windows) if (endsAt <= now) this.#windows.delete(key);
  }

  /** Nothing came of the last one: it does not count. */
  giveBack(key: string): void {
    const window = this.#windows.get(key);
    if (window) this.#windows.set(key, { ...window, used: window.used - 1 });
  }

  /** They were no attempts, but the owner's own. */
  forgive(key: string): void {
    this.#windows.delete(key);
  }
}

/**
 * The reply to one attempt too many, or nothing. In this order: one that a limit refuses counts against none of those after it,
 * so that an address past its own tries cannot use up somebody else's.
 */
export function refuseTooMany(
  c: Context<HttpEnv>,
  attempts: Attempts,
  limits: readonly Limit[],
): ReturnType<typeof errorReply> | undefined {
  for (const limit of limits) {
    const waitMs = attempts.take(...limit);
    if (waitMs === 0) continue;
    c.header('Retry-After', String(Math.ceil(waitMs / 1000)));
    return errorReply(c, 'too_many_attempts');
  }
  return undefined;
}
