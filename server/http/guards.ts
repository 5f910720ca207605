import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { securityHeaders } from '../../shared/headers.ts';
import { isSecure } from './client-address.ts';
import { SESSION_COOKIE, type HttpEnv, type HttpParts } from './context.ts';
import { errorReply } from './error-reply.ts';

/** The same headers on every reply, errors and streams included. What the API says is nobody's to keep. */
export function secureHeaders(parts: Pick<HttpParts, 'isTls' | 'trustedProxies'>): MiddlewareHandler {
  const headers = Object.entries(securityHeaders('production'));
  return async (c, next) => {
    for (const [name, value] of headers) c.header(name, value);
    if (isSecure(c, parts)) c.header('Strict-Transport-Security', STAY_SECURE);
    await next();
    if (c.req.path.startsWith('/api/')) c.header('Cache-Control', 'no-store'); // streams say another thing of themselves
  };
}

/** A year. Without subdomains and preloading: which others there are, we do not know. */
const STAY_SECURE = 'max-age=31536000';

/** A page of another origin may not write here, whatever its browser sends along. Programs send no Origin. */
export const ownOriginWrites: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header('origin');
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (isRead || origin === undefined || hostOf(origin) === c.req.header('host')) return next();
  return errorReply(c, 'forbidden_origin');
};

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/**
 * HEAD runs what GET runs and drops the body unread: a stream would wait for its reader for ever and keep its place among
 * those an account may have open, a whole book would be added up for nobody. What an account reads, it reads with GET.
 */
export const noHead: MiddlewareHandler = async (c, next) =>
  c.req.method === 'HEAD' ? c.body(null, 405, { Allow: 'GET' }) : next();

/** What stands behind it is for admins; for everybody else there is no such place. */
export const adminsOnly: MiddlewareHandler<HttpEnv> = async (c, next) =>
  c.get('asker').role === 'admin' ? next() : errorReply(c, 'not_found');

/** Lets through who shows a session's token, and says who that is. */
export function signedIn({ auth }: Pick<HttpParts, 'auth'>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const [, bearer] = /^Bearer ([\w.~+/-]{1,500}=*)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const token = bearer ?? getCookie(c, SESSION_COOKIE);
    const known = await auth.whoIs({ token });
    if (!known || token === undefined) {
      c.header('WWW-Authenticate', 'Bearer');
      return errorReply(c, 'unauthorised');
    }
    c.set('asker', known.account);
    c.set('standing', known.standing);
    c.set('token', token);
    return next();
  };
}
