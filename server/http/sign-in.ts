import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { must } from '../../shared/assert.ts';
import type { SignInPolicy } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import type { PasskeyProof, SignedIn } from '../auth/sign-ins.ts';
import { codeBody, codeProofBody, done, passkeyBody, passkeyChallenge, signInWays } from './schemas/account.ts';
import { refuseTooMany, type Limit } from './attempts.ts';
import { addressOf } from './client-address.ts';
import type { HttpEnv } from './env.ts';
import type { Access, HttpParts } from './parts.ts';
import { errorReply, schemaReply } from './error-reply.ts';
import { meView } from './schemas/people.ts';
import { replies } from './schemas/replies.ts';
import { sessionIn, showSession } from './session-cookie.ts';
import { shownBy } from './shown.ts';

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});

const ways = createRoute({
  method: 'get',
  path: '/api/sign-in',
  summary: 'Which ways in there are here',
  responses: replies('For anybody', signInWays),
});

const challenge = createRoute({
  method: 'post',
  path: '/api/sign-in/passkey/challenge',
  summary: 'Begin to sign in with a passkey',
  responses: replies('What the browser is to sign; a cookie remembers it for five minutes', passkeyChallenge),
});

const byPasskey = createRoute({
  method: 'post',
  path: '/api/sign-in/passkey',
  summary: 'Sign in with a passkey',
  description: 'Opens a session, and ends the one this browser had. Also how somebody shows again that it is them.',
  request: json(passkeyBody),
  responses: replies('My account', meView),
});

const sendCode = createRoute({
  method: 'post',
  path: '/api/sign-in/code',
  summary: 'Send a code to an address',
  description:
    'Six digits, good for ten minutes and five tries. The answer is the same whether anybody has this address.',
  request: json(codeBody),
  responses: replies('It is on its way, if somebody has this address', done),
});

const byCode = createRoute({
  method: 'post',
  path: '/api/sign-in/code/proof',
  summary: 'Sign in with the code',
  request: json(codeProofBody),
  responses: replies('My account', meView),
});

/** For anybody: the doors. None of them says whether an account is there. */
export function signInRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { access, auth, people } = parts;
  const { signIn: policy } = parts.policy;
  const { signIns, attempts } = access;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  const from = (c: Context<HttpEnv>): Limit => [`from ${addressOf(c, parts.trustedProxies)}`, policy.triesPerAddress];

  /** A new session for whoever was proven to be there, and none for whoever was there before. */
  async function welcome(c: Context<HttpEnv>, { token }: SignedIn) {
    const before = sessionIn(c, parts);
    if (before !== undefined) await auth.closeSession(before);
    const { account } = must(await auth.whoIs({ token }), 'the session just opened');
    showSession(c, token, parts);
    return c.json(people.me(account), 200);
  }

  app.openapi(ways, (c) => c.json(waysOf(access), 200));
  app.openapi(challenge, async (c) => {
    const refused = refuseTooMany(c, attempts, [from(c)]);
    if (refused) return refused;
    const { options, cookies } = await signIns.passkeyChallenge(shownBy(c));
    for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
    return c.json({ options }, 200);
  });
  app.openapi(byPasskey, async (c) => {
    const { response } = c.req.valid('json');
    const key = `passkey ${response.id.slice(0, 200)}`;
    const refused = refuseTooMany(c, attempts, [from(c), [key, policy.triesPerAccount]]);
    if (refused) return refused;
    const proven = await signIns.byPasskey(shownBy(c), response as unknown as PasskeyProof);
    return proven.ok ? welcome(c, proven.value) : errorReply(c, proven.error);
  });
  app.openapi(sendCode, async (c) => {
    const email = c.req.valid('json').email.toLowerCase();
    const refused = refuseTooMany(c, attempts, [from(c), ...mailLimits(email, policy)]);
    if (refused) return refused;
    const sent = await signIns.sendCode(shownBy(c), email);
    return sent.ok ? c.json({ done: true } as const, 200) : errorReply(c, sent.error);
  });
  app.openapi(byCode, async (c) => {
    const { code } = c.req.valid('json');
    const email = c.req.valid('json').email.toLowerCase();
    const refused = refuseTooMany(c, attempts, [from(c), [`code ${email}`, policy.triesPerAccount]]);
    if (refused) return refused;
    const proven = await signIns.byCode(shownBy(c), email, code);
    if (!proven.ok) return errorReply(c, proven.error);
    attempts.forgive(daysMail(email));
    return welcome(c, proven.value);
  });
  return app;
}

/** How many codes may go to one address, whoever asks for them. */
export const mailLimits = (
  email: string,
  { codesPerEmail, codesPerEmailADay }: Pick<SignInPolicy, 'codesPerEmail' | 'codesPerEmailADay'>,
): readonly Limit[] => [
  [`mail ${email}`, codesPerEmail],
  [daysMail(email), codesPerEmailADay, DAY],
];

/** The name of the day's count. Whoever has shown a code of it reads the mail: it begins anew. */
export const daysMail = (email: string): string => `mails a day ${email}`;

export const waysOf = ({ signIns, origins: [home] }: Pick<Access, 'signIns' | 'origins'>) => ({
  email: signIns.emailIsOpen,
  passkeyHost: new URL(home).hostname,
});
