import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { CHALLENGE_COOKIE, SESSION_COOKIE } from '../auth/cookies.ts';
import type { HttpEnv } from './env.ts';

/**
 * What of a request the sign-in library gets to see: its origin, its browser, the challenge it answers, and the session we
 * have found it to be in (`token`, whether a cookie or a bearer showed it). Nothing a caller wrote besides reaches it.
 */
export function shownBy(c: Context<HttpEnv>, token?: string): Headers {
  const challenge = getCookie(c, CHALLENGE_COOKIE);
  const cookies = [
    token === undefined ? [] : [`${SESSION_COOKIE}=${encodeURIComponent(token)}`],
    challenge === undefined ? [] : [`${CHALLENGE_COOKIE}=${encodeURIComponent(challenge)}`],
  ].flat();
  const headers = new Headers({ 'user-agent': c.req.header('user-agent') ?? '' });
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  return headers;
}
