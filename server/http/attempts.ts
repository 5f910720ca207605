import type { Context } from 'hono';
import type { HttpEnv } from './context.ts';
import { errorReply } from './error-reply.ts';

/** How many keys are remembered: beyond, the oldest windows are forgotten first. */
const MOST_KEYS = 50_000;

interface Window {
  readonly endsAt: number;
  readonly used: number;
}

/** Counts attempts in fixed windows, in memory: a restart forgives. */
export class Attempts {
  readonly #windows = new Map<string, Window>();
  readonly #clock: () => number;
  readonly #windowMs: number;

  constructor(windowMs: number, clock: () => number) {
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** One more attempt under this key. Returns how many milliseconds to wait; 0 while there are at most `most`. */
  take(key: string, most: number): number {
    const now = this.#clock();
    const known = this.#windows.get(key);
    const window = known && known.endsAt > now ? known : { endsAt: now + this.#windowMs, used: 0 };
    if (window.used >= most) return window.endsAt - now;
    this.#windows.delete(key); // the newest stand last
    this.#windows.set(key, { ...window, used: window.used + 1 });
    if (this.#windows.size > MOST_KEYS) this.#windows.delete(this.#windows.keys().next().value ?? '');
    return 0;
  }
}

/** The reply to one attempt too many, or nothing. Each limit is a key and how many it allows. */
export function refuseTooMany(
  c: Context<HttpEnv>,
  attempts: Attempts,
  limits: readonly (readonly [key: string, most: number])[],
): ReturnType<typeof errorReply> | undefined {
  const waitMs = Math.max(...limits.map(([key, most]) => attempts.take(key, most)));
  if (waitMs === 0) return undefined;
  c.header('Retry-After', String(Math.ceil(waitMs / 1000)));
  return errorReply(c, 'too_many_attempts');
}
