import type { MiddlewareHandler } from 'hono';
import type { LimitPolicy } from '../../shared/model/policy.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { addressOf } from './client-address.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply } from './error-reply.ts';

export type RateParts = Pick<HttpParts, 'policy' | 'clock' | 'trustedProxies'>;

export interface Rate {
  /** The row of policy that says how many a minute; read anew at every request. */
  readonly perMinute: keyof LimitPolicy;
  /** Whom it counts. By account only behind `signedIn`. */
  readonly by: 'address' | 'account';
}

/**
 * So many requests a minute of one address or account, all at once if it likes; then one whenever the share of a minute for
 * it has passed. Refused ones cost nothing, so who waits as `Retry-After` says gets in. In memory only: a restart forgives.
 */
export function rateLimit(parts: RateParts, { perMinute, by }: Rate): MiddlewareHandler<HttpEnv> {
  const buckets = new Buckets();
  return async (c, next) => {
    const name = by === 'account' ? String(c.get('asker').id) : addressOf(c, parts.trustedProxies);
    const waitMs = buckets.take(name, parts.policy.limits[perMinute], parts.clock());
    if (waitMs === 0) return next();
    c.header('Retry-After', String(Math.ceil(waitMs / SECOND)));
    return errorReply(c, 'too_many_requests');
  };
}

/** The same, of requests that change something. */
export function writeLimit(parts: RateParts, rate: Rate): MiddlewareHandler<HttpEnv> {
  const limit = rateLimit(parts, rate);
  return (c, next) => (c.req.method === 'GET' || c.req.method === 'HEAD' ? next() : limit(c, next));
}

/** The same, of requests that change nothing. */
export function readLimit(parts: RateParts, rate: Rate): MiddlewareHandler<HttpEnv> {
  const limit = rateLimit(parts, rate);
  return (c, next) => (c.req.method === 'GET' ? limit(c, next) : next());
}

/** By name, the instant at which its bucket is full again: that one number says all (GCRA). */
export class Buckets {
  readonly #fullAt = new Map<string, number>();

  /** Takes one and returns 0, or returns how long until there is one. */
  take(name: string, perMinute: number, now: number): number {
    const everyMs = MINUTE / perMinute;
    const fullAt = Math.max(now, this.#fullAt.get(name) ?? 0) + everyMs;
    const waitMs = fullAt - now - MINUTE;
    if (waitMs > SLACK_MS) return waitMs;
    if (this.#fullAt.size >= MOST_NAMES) this.#forget(now);
    this.#fullAt.set(name, fullAt);
    return 0;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  /** Full ones say nothing. Should nearly all be in use, the oldest go: better to let some through than to run out of memory. */
  #forget(now: number): void {
    for (const [name, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(name);
    for (const name of this.#fullAt.keys()) {
      if (this.#fullAt.size < MOST_NAMES / 2) break;
      this.#fullAt.delete(name);
    }
  }
}

const MOST_NAMES = 50_000;
/** Sixty sixtieths of a minute are not quite a minute in fractions. */
const SLACK_MS = 1e-6;
