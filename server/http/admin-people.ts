import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { InvitesView } from '../../shared/protocol/account.ts';
import type { InviteRow } from '../auth/directory.ts';
import { accountId, isId } from '../../shared/ids.ts';
import {
  done,
  invitesView,
  keysView,
  namesQuery,
  namesView,
  peopleQuery,
  peopleView,
  personDetail,
  roleChangeBody,
  roleChangeReply,
  roleChangesView,
} from './schemas/account.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, schemaReply } from './error-reply.ts';
import { adminsOnly } from './guards.ts';
import { bearer, replies } from './schemas/replies.ts';
import { stepUp } from './step-up.ts';

const named = { params: z.object({ id: z.string().max(100) }) };
const DONE = { done: true } as const;
const PEOPLE_SHOWN = 20;

const people = createRoute({
  method: 'get',
  path: '/api/admin/people',
  summary: 'People, with role, ways in, phones and units',
  description: 'For admins. Addresses are not shown, only that there is one; nor what anybody asked for.',
  security: bearer,
  request: { query: peopleQuery },
  responses: replies('A page of those that match', peopleView),
});

const person = createRoute({
  method: 'get',
  path: '/api/admin/people/{id}',
  summary: 'Somebody, with their phones and what was found about them',
  description: 'For admins. How far a phone is trusted is nowhere.',
  security: bearer,
  request: named,
  responses: replies('As they stand', personDetail),
});

const names = createRoute({
  method: 'get',
  path: '/api/admin/names',
  summary: 'Names of accounts, by number',
  description: 'For admins. At most 200 at once; who has left has none.',
  security: bearer,
  request: { query: namesQuery },
  responses: replies('Those that have one', namesView),
});

const roleChanges = createRoute({
  method: 'get',
  path: '/api/admin/role-changes',
  summary: 'Changes of role that wait for a second admin',
  description: 'For admins.',
  security: bearer,
  responses: replies('The newest first', roleChangesView),
});

const propose = createRoute({
  method: 'post',
  path: '/api/admin/role-changes',
  summary: 'Propose another role for somebody',
  description: 'For admins, with a fresh proof. Made when another admin, or the console, approves within a day.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: roleChangeBody } } } },
  responses: replies('Whether it holds already', roleChangeReply),
});

const approve = createRoute({
  method: 'post',
  path: '/api/admin/role-changes/{id}/approval',
  summary: 'Approve a change of role',
  description:
    'For admins, with a fresh proof: not for who proposed it, and not for whom it is about. The console counts as one.',
  security: bearer,
  request: named,
  responses: replies('It holds', roleChangeReply),
});

const reject = createRoute({
  method: 'delete',
  path: '/api/admin/role-changes/{id}',
  summary: 'Reject a change of role that waits',
  description: 'For admins, with a fresh proof: any of them, who proposed it too.',
  security: bearer,
  request: named,
  responses: replies('It waits no longer', done),
});

const invites = createRoute({
  method: 'get',
  path: '/api/admin/invites',
  summary: 'Invites that are good, or let somebody in',
  description: 'For admins. Codes are kept by their hash: nobody can read them again.',
  security: bearer,
  responses: replies('The last to run out first', invitesView),
});

const revokeInvite = createRoute({
  method: 'delete',
  path: '/api/admin/invites/{id}',
  summary: 'Take an invite back',
  description: 'For admins.',
  security: bearer,
  request: named,
  responses: replies('It lets nobody in', done),
});

const keys = createRoute({
  method: 'get',
  path: '/api/admin/keys',
  summary: 'Keys of everybody',
  description: 'For admins.',
  security: bearer,
  responses: replies('The newest first', keysView),
});

const revokeKey = createRoute({
  method: 'delete',
  path: '/api/admin/keys/{id}',
  summary: "Revoke anybody's key",
  description: 'For admins.',
  security: bearer,
  request: named,
  responses: replies('Gone', done),
});

/** People, as admins see and change them. For everybody else there is no such place. */
export function adminPeopleRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { accounts, keys: keyTable } = parts.access;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.use('/api/admin/*', adminsOnly);
  app.on('POST', ['/api/admin/role-changes', '/api/admin/role-changes/*'], stepUp(parts));
  app.on('DELETE', '/api/admin/role-changes/*', stepUp(parts));

  app.openapi(people, (c) => {
    const { search = '', role, sort = 'newest', offset = 0, limit = PEOPLE_SHOWN } = c.req.valid('query');
    return c.json(accounts.people({ search, role, sort, offset, limit }), 200);
  });
  app.openapi(person, async (c) => {
    const id = Number(c.req.valid('param').id);
    const found = isId(id) ? await accounts.person(accountId(id)) : undefined;
    return found ? c.json(found, 200) : errorReply(c, 'not_found');
  });
  app.openapi(names, (c) => c.json({ names: accounts.names(c.req.valid('query').ids.split(',').map(Number)) }, 200));
  app.openapi(roleChanges, (c) => c.json({ changes: accounts.roleChanges() }, 200));
  app.openapi(propose, async (c) => {
    const { accountId: id, role } = c.req.valid('json');
    if (!isId(id)) return errorReply(c, 'not_found');
    const proposed = await accounts.proposeRole(c.get('asker').id, accountId(id), role);
    if (!proposed.ok) return errorReply(c, proposed.error);
    return proposed.value === 'made'
      ? c.json({ state: 'made' as const, change: null }, 200)
      : c.json({ state: 'proposed' as const, change: proposed.value }, 200);
  });
  app.openapi(approve, async (c) => {
    const approved = await accounts.approveRole(c.get('asker').id, Number(c.req.valid('param').id));
    return approved.ok ? c.json({ state: 'made' as const, change: null }, 200) : errorReply(c, approved.error);
  });
  app.openapi(reject, (c) => {
    const rejected = accounts.rejectRole(c.get('asker').id, Number(c.req.valid('param').id));
    return rejected.ok ? c.json(DONE, 200) : errorReply(c, rejected.error);
  });
  app.openapi(invites, (c) => c.json({ invites: accounts.invites().map(inviteView) }, 200));
  app.openapi(revokeInvite, async (c) => {
    const revoked = await accounts.revokeInvite(c.get('asker').id, c.req.valid('param').id);
    return revoked.ok ? c.json(DONE, 200) : errorReply(c, revoked.error);
  });
  app.openapi(keys, (c) => c.json({ keys: keyTable.list() }, 200));
  app.openapi(revokeKey, (c) => {
    const id = Number(c.req.valid('param').id);
    if (!Number.isSafeInteger(id) || !keyTable.revoke(id, c.get('asker').id)) return errorReply(c, 'not_found');
    return c.json(DONE, 200);
  });
  return app;
}

const inviteView = ({ id, role, expiresAt, accountId: by }: InviteRow): InvitesView['invites'][number] => ({
  id,
  role,
  expiresAt,
  accountId: by,
});
