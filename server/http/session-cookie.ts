import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { SESSION_MS } from '../auth/sessions.ts';
import { isOverTls } from './client-address.ts';
import { SESSION_COOKIE } from '../auth/cookies.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';

type CookieParts = Pick<HttpParts, 'isTls' | 'trustedProxies' | 'access'>;

/**
 * Over TLS the name begins with `__Host-`: a browser then takes it from this host alone, over TLS. Without, whoever answers for a
 * sibling of our domain, or for us over plain http, could plant a session of their own, and a driver's requests would be theirs.
 */
const nameOf = (c: Context<HttpEnv>, parts: CookieParts): string =>
  isOverTls(c, parts) ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE;

/** The session that a browser shows. */
export const sessionIn = (c: Context<HttpEnv>, parts: CookieParts): string | undefined =>
  getCookie(c, nameOf(c, parts));

/** The browser keeps the session: scripts cannot read it, other sites cannot send it, and over https nobody hears it. */
export function showSession(c: Context<HttpEnv>, token: string, parts: CookieParts): void {
  setCookie(c, nameOf(c, parts), token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: isOverTls(c, parts),
    maxAge: SESSION_MS / 1000,
  });
}

export const forgetSession = (c: Context<HttpEnv>, parts: CookieParts): void =>
  void deleteCookie(c, nameOf(c, parts), { path: '/', secure: isOverTls(c, parts) });
