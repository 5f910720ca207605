import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { SESSION_MS } from '../auth/sessions.ts';
import { SESSION_COOKIE, type Access, type HttpEnv } from './context.ts';

/** The browser keeps the session: scripts cannot read it, other sites cannot send it, and over https nobody hears it. */
export function showSession(c: Context<HttpEnv>, token: string, { origins }: Pick<Access, 'origins'>): void {
  const isOverTls =
    new URL(c.req.url).protocol === 'https:' || origins.includes(`https://${c.req.header('host') ?? ''}`);
  setCookie(c, SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: isOverTls,
    maxAge: SESSION_MS / 1000,
  });
}

export const forgetSession = (c: Context<HttpEnv>): void => void deleteCookie(c, SESSION_COOKIE, { path: '/' });
