import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { browserName } from '../auth/browser-name.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { adminsOnly } from './guards.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { bearer, replies } from './schemas/replies.ts';
import { creditsPage, creditsQuery } from './schemas/money.ts';
import { inviteBody, inviteView, joinBody, meView } from './schemas/people.ts';
import { forgetSession, sessionIn, showSession } from './session-cookie.ts';
import { readMark } from '../services/statement.ts';
import { stepUp } from './step-up.ts';

const join = createRoute({
  method: 'post',
  path: '/api/accounts',
  summary: 'Come in by an invite',
  description: 'Opens an account and a session, which the cookie shows from then on.',
  request: { body: { required: true, content: { 'application/json': { schema: joinBody } } } },
  responses: replies('The new account', meView),
});

const me = createRoute({
  method: 'get',
  path: '/api/me',
  summary: 'Who am I',
  security: bearer,
  responses: replies('My account, and what the programme offers now', meView),
});

const credits = createRoute({
  method: 'get',
  path: '/api/credits',
  summary: 'My credits, newest first',
  security: bearer,
  request: { query: creditsQuery },
  responses: replies('A page of the statement', creditsPage),
});

const signOut = createRoute({
  method: 'delete',
  path: '/api/session',
  summary: 'Sign out',
  security: bearer,
  responses: { 204: { description: 'Signed out' } },
});

const invite = createRoute({
  method: 'post',
  path: '/api/invites',
  summary: 'Invite somebody',
  description:
    'For admins, with a fresh proof. The code is shown this once; it lets one person in, within 30 days (an admin: 30 minutes, from the console alone).',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: inviteBody } } } },
  responses: replies('The code, to be sent as the link /join/<code>', inviteView),
});

const ROWS_SHOWN = 30;

/** For anybody who has an invite. */
export function joinRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { people, auth } = parts;
  const app = new OpenAPIHono<HttpEnv>({ defaultHook });
  app.openapi(join, async (c) => {
    const { invite, name } = c.req.valid('json');
    const joined = await people.join(invite, name);
    if (!joined.ok) return refusalReply(c, { code: joined.error });
    const before = sessionIn(c, parts);
    if (before !== undefined) await auth.closeSession(before);
    const browser = browserName(c.req.header('user-agent'));
    showSession(c, await auth.openSession(joined.value.id, browser), parts);
    return c.json(people.me(joined.value), 200);
  });
  return app;
}

/** For people signed in: their account and its credits. */
export function peopleRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const {
    people,
    auth,
    policy: { signIn },
  } = parts;
  const app = new OpenAPIHono<HttpEnv>({ defaultHook });
  app.on('POST', '/api/invites', adminsOnly, stepUp(parts)); // each lets in five phones a day that earn
  app.openapi(me, (c) => c.json(people.me(c.get('asker')), 200));
  app.openapi(credits, async (c) => {
    const { before, limit = ROWS_SHOWN } = c.req.valid('query');
    const mark = before === undefined ? undefined : readMark(before);
    if (before !== undefined && !mark)
      return errorReply(c, 'bad_request', 'before: expected the nextBefore of a page.');
    return c.json(await people.credits(c.get('asker').id, mark, limit), 200);
  });
  app.openapi(invite, async (c) => {
    const { role } = c.req.valid('json');
    // Otherwise one admin alone could make another. The console may: that is how the first one comes in.
    const isConsole = c.get('standing').by === 'console';
    if (role === 'admin' && !isConsole) return errorReply(c, 'two_people_needed');
    const code = await people.invite(role, role === 'admin' ? signIn.adminLinkMs : signIn.inviteMs, c.get('asker').id);
    return c.json({ code, path: `/join/${code}` }, 200);
  });
  app.openapi(signOut, async (c) => {
    await auth.closeSession(c.get('token'));
    forgetSession(c, parts);
    return c.body(null, 204);
  });
  return app;
}

const defaultHook = (result: { success: true } | { success: false; error: z.ZodError }, c: Context) =>
  result.success ? undefined : schemaReply(c, result.error);
