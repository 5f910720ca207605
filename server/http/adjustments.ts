import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { accountId, isId } from '../../shared/ids.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { adminsOnly } from './guards.ts';
import { adjustmentBody, adjustmentsQuery, adjustmentsView, adjustmentView } from './schemas/money.ts';
import { bearer, idempotencyHeader, idParams, readAdjustmentId, replies } from './schemas/replies.ts';
import { verdictBody } from './schemas/policy.ts';
import { stepUp } from './step-up.ts';

const list = createRoute({
  method: 'get',
  path: '/api/admin/adjustments',
  summary: 'Credits adjusted by hand, newest first',
  description: 'For admins. Those that wait for a second one, too, and what one admin may do alone.',
  security: bearer,
  request: { query: adjustmentsQuery },
  responses: replies('The newest, or those before one', adjustmentsView),
});

const make = createRoute({
  method: 'post',
  path: '/api/admin/adjustments',
  summary: 'Give somebody credits, or take some',
  description:
    'For admins, with a fresh proof. Booked at once while what this admin did alone within 24 hours stays within the limits, and never for themselves; else it waits for another admin, at most 24 hours. Out of the budget, or back into it.',
  security: bearer,
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: { 'application/json': { schema: adjustmentBody } } },
  },
  responses: replies('`done` or `proposed`', adjustmentView),
});

const decide = createRoute({
  method: 'post',
  path: '/api/admin/adjustments/{id}/verdict',
  summary: 'Approve or reject an adjustment that waits',
  description:
    'For admins, with a fresh proof. Whoever proposed it, and whose credits they are, may reject it and not approve it.',
  security: bearer,
  request: { params: idParams, body: { required: true, content: { 'application/json': { schema: verdictBody } } } },
  responses: replies('As decided', adjustmentView),
});

const SHOWN = 50;

/** Credits by hand, for admins. For everybody else there is no such place. */
export function adjustmentRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { adjustments } = parts;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.use('/api/admin/*', adminsOnly);
  app.on('POST', ['/api/admin/adjustments', '/api/admin/adjustments/*'], stepUp(parts));
  app.openapi(list, async (c) => {
    const { before = Number.MAX_SAFE_INTEGER, limit = SHOWN } = c.req.valid('query');
    return c.json(await adjustments.list(before, limit), 200);
  });
  app.openapi(make, async (c) => {
    const { accountId: id, micros, reason } = c.req.valid('json');
    if (!isId(id)) return errorReply(c, 'not_found');
    const idempotencyKey = c.req.valid('header')['idempotency-key'] ?? randomUUID();
    const request = { accountId: accountId(id), micros, reason, idempotencyKey };
    const made = await adjustments.make(c.get('asker').id, request);
    return made.ok ? c.json(made.value, 200) : refusalReply(c, { code: made.error });
  });
  app.openapi(decide, async (c) => {
    const id = readAdjustmentId(c.req.valid('param').id);
    if (id === undefined) return errorReply(c, 'no_such_proposal');
    const decided = await adjustments.decide(c.get('asker').id, id, c.req.valid('json').isApproved);
    return decided.ok ? c.json(decided.value, 200) : refusalReply(c, { code: decided.error });
  });
  return app;
}
