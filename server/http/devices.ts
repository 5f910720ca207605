import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { deviceId, isId } from '../../shared/ids.ts';
import type { HttpEnv, HttpParts } from './context.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { bearer, consentBody, deviceView, enrolBody, jobParams, replies } from './schemas.ts';

const enrol = createRoute({
  method: 'post',
  path: '/api/devices',
  summary: 'Enrol this phone',
  description: 'By the public half of a key that never leaves it. Enrolling lends nothing: consent does.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: enrolBody } } } },
  responses: replies('The device', deviceView),
});

const consent = createRoute({
  method: 'put',
  path: '/api/devices/{id}/consent',
  summary: 'Opt in or out',
  description: 'Every act is kept. Opting out ends the link at once.',
  security: bearer,
  request: { params: jobParams, body: { required: true, content: { 'application/json': { schema: consentBody } } } },
  responses: replies('The device, with the consent in force', deviceView),
});

/** A driver's phones. Not there and not yours are the same. */
export function deviceRoutes({ people }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.openapi(enrol, async (c) => {
    const { publicKey, cores } = c.req.valid('json');
    const enrolled = await people.enrol(c.get('asker'), new Uint8Array(Buffer.from(publicKey, 'base64url')), cores);
    return enrolled.ok ? c.json(enrolled.value, 200) : refusalReply(c, { code: enrolled.error });
  });
  app.openapi(consent, async (c) => {
    const id = Number(c.req.valid('param').id);
    if (!isId(id)) return errorReply(c, 'not_found');
    const { isGranted, version } = c.req.valid('json');
    const given = await people.consent(c.get('asker'), deviceId(id), isGranted, version);
    if (given.ok) return c.json(given.value, 200);
    return given.error === 'unknown_device' ? errorReply(c, 'not_found') : refusalReply(c, { code: given.error });
  });
  return app;
}
