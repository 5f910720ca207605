import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { HttpEnv, HttpParts } from './context.ts';
import { schemaReply } from './error-reply.ts';
import { adminsOnly } from './guards.ts';
import { auditTrailPage, auditTrailQuery, bearer, replies } from './schemas.ts';
import { stepUp } from './step-up.ts';

const page = createRoute({
  method: 'get',
  path: '/api/admin/audit-log',
  summary: 'The audit log, newest first, and whether it is whole',
  description: 'For admins.',
  security: bearer,
  request: { query: auditTrailQuery },
  responses: replies('Its newest records that match', auditTrailPage),
});

const rotate = createRoute({
  method: 'post',
  path: '/api/admin/audit-log/rotate-key',
  summary: 'Seal the audit log under a new key from now on',
  description: 'For admins. Old records stay readable.',
  security: bearer,
  responses: replies('The new key', z.object({ keyId: z.int() }).openapi('RotatedKey')),
});

const RECORDS_SHOWN = 100;

/** The audit log, for admins. */
export function auditTrailRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { auditTrail } = parts;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.use('/api/admin/*', adminsOnly);
  app.on('POST', '/api/admin/audit-log/*', stepUp(parts));
  app.openapi(page, async (c) => {
    const { limit = RECORDS_SHOWN, actor, ...filter } = c.req.valid('query');
    return c.json(await auditTrail.page({ ...filter, actorId: actor }, limit), 200);
  });
  app.openapi(rotate, async (c) => c.json({ keyId: await auditTrail.rotateKey(c.get('asker').id) }, 200));
  return app;
}
