import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import type { KeyView } from '../../shared/protocol/account.ts';
import type { ApiKey } from '../auth/api-keys.ts';
import {
  accountView,
  codeBody,
  codeProofBody,
  done,
  labelBody,
  newKey,
  newPasskeyBody,
  passkeyChallenge,
} from './schemas/account.ts';
import { refuseTooMany } from './attempts.ts';
import type { Standing } from './auth.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, schemaReply } from './error-reply.ts';
import { bearer, replies } from './schemas/replies.ts';
import { shownBy } from './shown.ts';
import { daysMail, mailLimits, waysOf } from './sign-in.ts';
import { isProvenFresh, ownProof } from './step-up.ts';

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});
const named = { params: z.object({ id: z.string().max(100) }) };
const DONE = { done: true } as const;
/** More than anybody has phones and computers; each is a row that every sign-in may have to look at. */
const MOST_PASSKEYS = 20;

const view = createRoute({
  method: 'get',
  path: '/api/account',
  summary: 'How I come in, and where I am signed in',
  security: bearer,
  responses: replies('Mine alone', accountView),
});

const passkeyStart = createRoute({
  method: 'post',
  path: '/api/account/passkeys/challenge',
  summary: 'Begin to add a passkey',
  security: bearer,
  request: json(labelBody),
  responses: replies('What the browser is to make', passkeyChallenge),
});

const addPasskey = createRoute({
  method: 'post',
  path: '/api/account/passkeys',
  summary: 'Add the passkey',
  security: bearer,
  request: json(newPasskeyBody),
  responses: replies('It is a way in from now on', done),
});

const removePasskey = createRoute({
  method: 'delete',
  path: '/api/account/passkeys/{id}',
  summary: 'Remove a passkey',
  description: 'The last way in stays: without one a lost phone would be a lost account.',
  security: bearer,
  request: named,
  responses: replies('Gone', done),
});

const askEmail = createRoute({
  method: 'post',
  path: '/api/account/email',
  summary: 'Send a code to an address that is to be a way in',
  security: bearer,
  request: json(codeBody),
  responses: replies('It is on its way, unless somebody else has this address', done),
});

const setEmail = createRoute({
  method: 'put',
  path: '/api/account/email',
  summary: 'Make the address a way in, with the code',
  security: bearer,
  request: json(codeProofBody),
  responses: replies('It is, instead of any before', done),
});

const removeEmail = createRoute({
  method: 'delete',
  path: '/api/account/email',
  summary: 'Remove the address',
  security: bearer,
  responses: replies('Gone', done),
});

const endSession = createRoute({
  method: 'delete',
  path: '/api/account/sessions/{id}',
  summary: 'Sign out one browser',
  security: bearer,
  request: named,
  responses: replies('Signed out', done),
});

const endOthers = createRoute({
  method: 'delete',
  path: '/api/account/sessions',
  summary: 'Sign out everywhere but here',
  security: bearer,
  responses: replies('Signed out', done),
});

const createKey = createRoute({
  method: 'post',
  path: '/api/account/keys',
  summary: 'Make a key for scripts',
  description: 'Sent as a bearer. It may do what the account may, except what needs a fresh proof.',
  security: bearer,
  request: json(labelBody),
  responses: replies('The key, shown this once', newKey),
});

const revokeKey = createRoute({
  method: 'delete',
  path: '/api/account/keys/{id}',
  summary: 'Revoke a key',
  security: bearer,
  request: named,
  responses: replies('Gone', done),
});

/** For somebody signed in: their own account, and nobody else's. */
export function accountRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { access, policy } = parts;
  const { signIns, sessions, waysIn, keys, attempts } = access;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });

  // Signing out is never made hard.
  const proof = ownProof(parts);
  const guarded = createMiddleware<HttpEnv>((c, next) =>
    c.req.method === 'GET' || c.req.path.startsWith('/api/account/sessions') ? next() : proof(c, next),
  );
  const limited = createMiddleware<HttpEnv>(async (c, next) => {
    const key = `account ${c.get('asker').id}`;
    return refuseTooMany(c, attempts, [[key, policy.signIn.triesPerAccount]]) ?? next();
  });
  app.use('/api/account/*', guarded);
  app.on('POST', ['/api/account/passkeys', '/api/account/passkeys/challenge', '/api/account/keys'], limited);
  app.on('PUT', '/api/account/email', limited);

  const proven = (standing: Standing): void => {
    if (standing.by === 'session') sessions.prove(standing.sessionId);
  };

  app.openapi(view, (c) => {
    const { id } = c.get('asker');
    const standing = c.get('standing');
    const here = standing.by === 'session' ? standing.sessionId : undefined;
    return c.json(
      {
        ...waysIn.of(id),
        sessions: sessions.list(id).map((session) => ({
          id: session.id,
          browser: session.browser,
          createdAt: session.createdAt,
          isThis: session.id === here,
        })),
        keys: keys.list(id).map(keyView),
        ways: waysOf(access),
        isFresh: isProvenFresh(c, parts),
      },
      200,
    );
  });
  app.openapi(passkeyStart, async (c) => {
    if (waysIn.of(c.get('asker').id).passkeys.length >= MOST_PASSKEYS) return errorReply(c, 'too_many_passkeys');
    const shown = shownBy(c, c.get('token'));
    const { options, cookies } = await signIns.newPasskeyChallenge(shown, c.get('asker').name);
    for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
    return c.json({ options }, 200);
  });
  app.openapi(addPasskey, async (c) => {
    if (waysIn.of(c.get('asker').id).passkeys.length >= MOST_PASSKEYS) return errorReply(c, 'too_many_passkeys');
    const { response, name } = c.req.valid('json');
    const added = await signIns.addPasskey(shownBy(c, c.get('token')), response, name);
    if (!added.ok) return errorReply(c, added.error);
    proven(c.get('standing'));
    signIns.tell(waysIn.of(c.get('asker').id).email, 'passkey_added');
    return c.json(DONE, 200);
  });
  app.openapi(removePasskey, (c) => {
    const { id } = c.get('asker');
    const own = waysIn.of(id);
    const passkeyId = c.req.valid('param').id;
    if (!own.passkeys.some((passkey) => passkey.id === passkeyId)) return errorReply(c, 'not_found');
    if (own.passkeys.length === 1 && own.email === null) return errorReply(c, 'last_way_in');
    waysIn.removePasskey(id, passkeyId);
    signIns.tell(own.email, 'passkey_removed');
    return c.json(DONE, 200);
  });
  app.openapi(askEmail, async (c) => {
    const { email } = c.req.valid('json');
    const refused = refuseTooMany(c, attempts, [
      [`mails of ${c.get('asker').id}`, policy.signIn.triesPerAccount],
      ...mailLimits(email.toLowerCase(), policy.signIn),
    ]);
    if (refused) return refused;
    const sent = await signIns.sendCodeToNew(shownBy(c, c.get('token')), email);
    return sent.ok ? c.json(DONE, 200) : errorReply(c, sent.error);
  });
  app.openapi(setEmail, async (c) => {
    const { email, code } = c.req.valid('json');
    const before = waysIn.of(c.get('asker').id).email;
    const set = await signIns.setEmail(shownBy(c, c.get('token')), email, code);
    if (!set.ok) return errorReply(c, set.error);
    attempts.forgive(daysMail(email.toLowerCase()));
    proven(c.get('standing'));
    signIns.tell(before, 'email_replaced');
    return c.json(DONE, 200);
  });
  app.openapi(removeEmail, (c) => {
    const { id } = c.get('asker');
    const own = waysIn.of(id);
    if (own.email === null) return errorReply(c, 'not_found');
    if (own.passkeys.length === 0) return errorReply(c, 'last_way_in');
    waysIn.removeEmail(id);
    signIns.tell(own.email, 'email_removed');
    return c.json(DONE, 200);
  });
  app.openapi(endSession, (c) =>
    sessions.end(c.get('asker').id, c.req.valid('param').id) ? c.json(DONE, 200) : errorReply(c, 'not_found'),
  );
  app.openapi(endOthers, (c) => {
    const standing = c.get('standing');
    sessions.endOthers(c.get('asker').id, standing.by === 'session' ? standing.sessionId : undefined);
    return c.json(DONE, 200);
  });
  app.openapi(createKey, (c) => {
    const { id } = c.get('asker');
    const made = keys.create(id, c.req.valid('json').name);
    if (!made) return errorReply(c, 'too_many_keys');
    signIns.tell(waysIn.of(id).email, 'key_created');
    return c.json({ ...keyView(made.key), token: made.token }, 200);
  });
  app.openapi(revokeKey, (c) => {
    const { id } = c.get('asker');
    const keyId = Number(c.req.valid('param').id);
    if (!Number.isSafeInteger(keyId) || !keys.revoke(keyId, id, id)) return errorReply(c, 'not_found');
    return c.json(DONE, 200);
  });
  return app;
}

const keyView = ({ id, name, prefix, createdAt, lastUsedAt }: ApiKey): KeyView => ({
  id,
  name,
  prefix,
  createdAt,
  lastUsedAt,
});
