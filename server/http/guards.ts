import type { MiddlewareHandler } from 'hono';
import { securityHeaders } from '../../shared/headers.ts';
import { isLocal, isOverTls, isSecure } from './client-address.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply } from './error-reply.ts';
import { sessionIn } from './session-cookie.ts';

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

/**
 * A page of another origin may not write here, whatever its browser sends along; over TLS neither may our own name over plain
 * http, for which anybody in the network can answer. Programs send no Origin.
 */
export const ownOriginWrites =
  (parts: Pick<HttpParts, 'isTls' | 'trustedProxies' | 'access'>): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header('origin');
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (isRead || origin === undefined) return next();
    const { host, protocol } = URL.canParse(origin) ? new URL(origin) : { host: undefined, protocol: '' };
    const isOwn = host === c.req.header('host') && (protocol === 'https:' || !isOverTls(c, parts));
    return isOwn ? next() : errorReply(c, 'forbidden_origin');
  };

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
export function signedIn(
  parts: Pick<HttpParts, 'auth' | 'isTls' | 'trustedProxies' | 'access'>,
): MiddlewareHandler<HttpEnv> {
  const { auth } = parts;
  return async (c, next) => {
    const [, bearer] = /^Bearer ([\w.~+/-]{1,500}=*)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const token = bearer ?? sessionIn(c, parts);
    const known = await auth.whoIs({ token, isLocal: isLocal(c) });
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
