import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a cookie or a bearer holds of a session: its token, and the HMAC-SHA-256 of it under the server's secret. This is
 * better-auth's own format, so that both sides read each other's. A copy of the database alone opens nothing.
 */
export const signToken = (secret: string, token: string): string => `${token}.${macOf(secret, token)}`;

/** The token of a signed one; nothing when it was not signed by us. */
export function readToken(secret: string, signed: string): string | undefined {
  const at = signed.lastIndexOf('.');
  if (at < 1) return undefined;
  const token = signed.slice(0, at);
  const given = Buffer.from(signed.slice(at + 1));
  const expected = Buffer.from(macOf(secret, token));
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined;
}

const macOf = (secret: string, token: string): string => createHmac('sha256', secret).update(token).digest('base64');
