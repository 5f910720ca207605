import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { adminsOnly } from './guards.ts';
import { bearer, idParams, readChangeId, replies } from './schemas/replies.ts';
import {
  policyBody,
  policyChangeView,
  policyPreview,
  policyPreviewBody,
  policyView,
  verdictBody,
} from './schemas/policy.ts';
import { stepUp } from './step-up.ts';

const show = createRoute({
  method: 'get',
  path: '/api/admin/policy',
  summary: 'The numbers that hold, and every change there was',
  description: 'For admins.',
  security: bearer,
  responses: replies('Now, and newest first', policyView),
});

const change = createRoute({
  method: 'put',
  path: '/api/admin/policy',
  summary: 'Change numbers, or propose to where it moves money',
  description:
    'For admins. Price and budget wait for another admin, at most 24 hours; everything else holds at once, and open phones hear of it within a second. To undo a change, put the values of before.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: policyBody } } } },
  responses: replies('The change: `approved` or `proposed`', policyChangeView),
});

const preview = createRoute({
  method: 'post',
  path: '/api/admin/policy/preview',
  summary: 'What a change would bring, without making it',
  description: 'For admins. Takes what PUT /api/admin/policy takes, and computes from what is here now.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: policyPreviewBody } } } },
  responses: replies('Numbers as they are, and as they would be', policyPreview),
});

const decide = createRoute({
  method: 'post',
  path: '/api/admin/policy/{id}/verdict',
  summary: 'Approve or reject a proposal',
  description: 'For admins. Its author may reject it, and not approve it.',
  security: bearer,
  request: { params: idParams, body: { required: true, content: { 'application/json': { schema: verdictBody } } } },
  responses: replies('The change, as decided', policyChangeView),
});

/** Policy at run time, for admins. */
export function policyRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { policies } = parts;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.use('/api/admin/*', adminsOnly);
  app.on('PUT', '/api/admin/policy', stepUp(parts));
  app.on('POST', '/api/admin/policy/:id/verdict', stepUp(parts));
  app.openapi(show, async (c) => c.json(await policies.view(), 200));
  app.openapi(change, async (c) => {
    const { changes, reason } = c.req.valid('json');
    const changed = await policies.change(c.get('asker').id, changes, reason);
    return changed.ok ? c.json(changed.value, 200) : refusalReply(c, { code: changed.error });
  });
  app.openapi(preview, async (c) => c.json(await policies.preview(c.req.valid('json').changes), 200));
  app.openapi(decide, async (c) => {
    const id = readChangeId(c.req.valid('param').id);
    if (id === undefined) return errorReply(c, 'no_such_proposal');
    const decided = await policies.decide(c.get('asker').id, id, c.req.valid('json').isApproved);
    return decided.ok ? c.json(decided.value, 200) : refusalReply(c, { code: decided.error });
  });
  return app;
}
