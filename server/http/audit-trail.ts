import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { schemaReply } from './error-reply.ts';
import { adminsOnly } from './guards.ts';
import { auditTrailPage, auditTrailQuery, auditVerdict } from './schemas/desk.ts';
import { bearer, replies } from './schemas/replies.ts';
import { stepUp } from './step-up.ts';

const page = createRoute({
  method: 'get',
  path: '/api/admin/audit-log',
  summary: 'The audit log, newest first, and whether it is whole',
  description:
    'For admins. A page reads its own records; what the last reading of the whole log found stands beside them. With `before` and `after`, `after` holds.',
  security: bearer,
  request: { query: auditTrailQuery },
  responses: replies('Its newest records that match', auditTrailPage),
});

const verify = createRoute({
  method: 'post',
  path: '/api/admin/audit-log/verification',
  summary: 'Read every record of the audit log again, and hold it against the chain',
  description: 'For admins. Changes nothing. Calls while one is under way share it.',
  security: bearer,
  responses: replies('What was found', auditVerdict),
});

const rotate = createRoute({
  method: 'post',
  path: '/api/admin/audit-log/rotate-key',
  summary: 'Seal the audit log under a new key from now on',
  description: 'For admins. Old records stay readable.',
  security: bearer,
  responses: replies('The new key', z.object({ keyId: z.int() }).openapi('RotatedKey')),
});

const RECORDS_SHOWN = 50;

/** The audit log, for admins. */
export function auditTrailRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { auditTrail } = parts;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.use('/api/admin/*', adminsOnly);
  app.on('POST', '/api/admin/audit-log/rotate-key', stepUp(parts));
  app.openapi(page, async (c) => {
    const { limit = RECORDS_SHOWN, actor, before, after, ...filter } = c.req.valid('query');
    const range = after === undefined ? { before } : { after };
    return c.json(await auditTrail.page({ ...filter, actorId: actor }, range, limit), 200);
  });
  app.openapi(verify, async (c) => c.json(await auditTrail.verify(), 200));
  app.openapi(rotate, async (c) => c.json({ keyId: await auditTrail.rotateKey(c.get('asker').id) }, 200));
  return app;
}
