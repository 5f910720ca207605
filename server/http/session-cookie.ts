import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { SESSION_MS } from '../auth/sessions.ts';
import { isSecure } from './client-address.ts';
import { SESSION_COOKIE, type HttpEnv, type HttpParts } from './context.ts';

type CookieParts = Pick<HttpParts, 'isTls' | 'trustedProxies' | 'access'>;

/** The browser keeps the session: scripts cannot read it, other sites cannot send it, and over https nobody hears it. */
export function showSession(c: Context<HttpEnv>, token: string, parts: CookieParts): void {
  const isOurs = parts.access.origins.includes(`https://${c.req.header('host') ?? ''}`); // a proxy that says nothing of TLS
  setCookie(c, SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: isSecure(c, parts) || isOurs,
    maxAge: SESSION_MS / 1000,
  });
}

export const forgetSession = (c: Context<HttpEnv>): void => void deleteCookie(c, SESSION_COOKIE, { path: '/' });
