import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import type { Context } from 'hono';
import { getConnInfo } from '@hono/node-server/conninfo';

/**
 * Whose connection it is, as limits count: an IPv4 address, or the first 64 bits of an IPv6 one, because whoever has one of
 * those has all that begin with it. Behind proxies (TRUST_PROXY says how many) it is what the outermost of them wrote into
 * X-Forwarded-For, counted from its end: what stands before that, anybody could have written.
 */
export function clientAddress(remote: string, forwarded: string | undefined, trustedProxies: number): string {
  const hops = (forwarded ?? '').split(',').map((hop) => hop.trim());
  const said = trustedProxies > 0 ? hops.at(-trustedProxies) : undefined;
  return groupOf(said !== undefined && (isIPv4(said) || isIPv6(said)) ? said : remote);
}

export function addressOfRequest(request: IncomingMessage, trustedProxies: number): string {
  const forwarded = request.headers['x-forwarded-for'];
  return clientAddress(request.socket.remoteAddress ?? '', [forwarded].flat().join(','), trustedProxies);
}

export const addressOf = (c: Context, trustedProxies: number): string =>
  clientAddress(getConnInfo(c).remote.address ?? '', c.req.header('x-forwarded-for'), trustedProxies);

/**
 * Whether a request was made on this machine itself: by loopback, and not handed on by a proxy beside us, whose connections
 * come by loopback as well and whose every usual trace is looked for.
 */
export const isLocal = (c: Context): boolean =>
  LOOPBACK.test(getConnInfo(c).remote.address ?? '') && !TRACES.some((name) => c.req.header(name) !== undefined);

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i;
const TRACES = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Came over TLS: ours, or of the proxy that says so. */
export function isSecure(c: Context, { isTls, trustedProxies }: { isTls: boolean; trustedProxies: number }): boolean {
  return isTls || (trustedProxies > 0 && c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https');
}

/** The same, and where a proxy says nothing of TLS, a host that people reach over https alone. */
export const isOverTls = (
  c: Context,
  parts: { isTls: boolean; trustedProxies: number; access: { readonly origins: readonly string[] } },
): boolean => isSecure(c, parts) || parts.access.origins.includes(`https://${c.req.header('host') ?? ''}`);

function groupOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
