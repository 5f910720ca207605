import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { appealReply, evidenceView } from './schemas/devices.ts';
import { bearer, idParams, readEvidenceId, replies } from './schemas/replies.ts';

const one = createRoute({
  method: 'get',
  path: '/api/evidence/{id}',
  summary: 'A finding about a phone of mine',
  description: 'With the kernel, the inputs and the number of the piece: anybody can run it again.',
  security: bearer,
  request: { params: idParams },
  responses: replies('The finding', evidenceView),
});

const appeal = createRoute({
  method: 'post',
  path: '/api/evidence/{id}/appeal',
  summary: 'Have it checked again',
  description: 'Runs the piece in the second build of its kernel. Once; the outcome stands.',
  security: bearer,
  request: { params: idParams },
  responses: replies('What came out', appealReply),
});

/** Findings, for the driver of the phone. Not there and not yours are the same. */
export function evidenceRoutes({ appeals }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.openapi(one, async (c) => {
    const id = readEvidenceId(c.req.valid('param').id);
    const view = id && (await appeals.view(c.get('asker'), id));
    return view ? c.json(view, 200) : errorReply(c, 'not_found');
  });
  app.openapi(appeal, async (c) => {
    const id = readEvidenceId(c.req.valid('param').id);
    if (!id) return errorReply(c, 'not_found');
    const decided = await appeals.appeal(c.get('asker'), id);
    if (decided.ok) return c.json({ outcome: decided.value }, 200);
    return decided.error === 'unknown_evidence' ? errorReply(c, 'not_found') : refusalReply(c, { code: decided.error });
  });
  return app;
}
