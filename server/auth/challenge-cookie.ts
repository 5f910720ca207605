/** The cookie that holds a passkey's challenge, signed; it lives five minutes. */
export const CHALLENGE_COOKIE = 'zeus_challenge';
