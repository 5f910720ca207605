/** Holds a browser's session; over TLS with `__Host-` before it. Programs send the same token as a bearer. */
export const SESSION_COOKIE = 'zeus_session';

/** The cookie that holds a passkey's challenge, signed; it lives five minutes. */
export const CHALLENGE_COOKIE = 'zeus_challenge';
