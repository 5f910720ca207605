import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { p2pThrottling } from '../middleware/p2pThrottling.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { bearer, idParams, readDeviceId, replies } from './schemas/replies.ts';
import { consentBody, deviceView, enrolBody, scope, selfTest, selfTestAnswer } from './schemas/devices.ts';

const enrol = createRoute({
  method: 'post',
  path: '/api/devices',
  summary: 'Enrol this phone',
  description: 'By the public half of a key that never leaves it. Enrolling lends nothing: consent does.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: enrolBody } } } },
  responses: replies('The device', deviceView),
});

const one = createRoute({
  method: 'get',
  path: '/api/devices/{id}',
  summary: 'A phone of mine',
  security: bearer,
  request: { params: idParams },
  responses: replies('As it stands', deviceView),
});

const drawSelfTest = createRoute({
  method: 'get',
  path: '/api/devices/{id}/self-test',
  summary: 'What the phone computes to show that it computes exactly',
  description: 'Pieces of a sample request, drawn for this phone and this once. The answer is taken for five minutes.',
  security: bearer,
  request: { params: idParams },
  responses: replies('The pieces', selfTest),
});

const answerSelfTest = createRoute({
  method: 'post',
  path: '/api/devices/{id}/self-test',
  summary: 'What it computed',
  description: 'Passed, it may opt in. Failed, nothing is stored: it gets no work, and no blame.',
  security: bearer,
  request: { params: idParams, body: { required: true, content: { 'application/json': { schema: selfTestAnswer } } } },
  responses: replies('The device: it passed', deviceView),
});

const consent = createRoute({
  method: 'put',
  path: '/api/devices/{id}/consent',
  summary: 'Opt in or out',
  description: 'Every act is kept. Opting out ends the link at once.',
  security: bearer,
  request: { params: idParams, body: { required: true, content: { 'application/json': { schema: consentBody } } } },
  responses: replies('The device, with the consent in force', deviceView),
});

const narrow = createRoute({
  method: 'put',
  path: '/api/devices/{id}/consent/scope',
  summary: 'Agree to less',
  description: 'Holds at once. More than was agreed to is a consent of its own.',
  security: bearer,
  request: { params: idParams, body: { required: true, content: { 'application/json': { schema: scope } } } },
  responses: replies('The device, with the consent in force', deviceView),
});

/** A driver's phones. Not there and not yours are the same. */
export function deviceRoutes({ people, throttling }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.use('/api/devices/:id/self-test', p2pThrottling(throttling));
  app.openapi(enrol, async (c) => {
    const { publicKey, cores } = c.req.valid('json');
    const enrolled = await people.enrol(c.get('asker'), new Uint8Array(Buffer.from(publicKey, 'base64url')), cores);
    return enrolled.ok ? c.json(enrolled.value, 200) : refusalReply(c, { code: enrolled.error });
  });
  app.openapi(one, async (c) => {
    const id = readDeviceId(c.req.valid('param').id);
    const view = id && (await people.device(c.get('asker'), id));
    return view ? c.json(view, 200) : errorReply(c, 'not_found');
  });
  app.openapi(drawSelfTest, async (c) => {
    const id = readDeviceId(c.req.valid('param').id);
    const drawn = id && (await people.selfTest(c.get('asker'), id));
    return drawn ? c.json(drawn, 200) : errorReply(c, 'not_found');
  });
  app.openapi(answerSelfTest, async (c) => {
    const id = readDeviceId(c.req.valid('param').id);
    if (!id) return errorReply(c, 'not_found');
    const tested = await people.answerSelfTest(c.get('asker'), id, c.req.valid('json'));
    if (tested.ok) return c.json(tested.value, 200);
    return tested.error === 'unknown_device' ? errorReply(c, 'not_found') : refusalReply(c, { code: tested.error });
  });
  app.openapi(consent, async (c) => {
    const id = readDeviceId(c.req.valid('param').id);
    if (!id) return errorReply(c, 'not_found');
    const body = c.req.valid('json');
    const given = await people.consent(c.get('asker'), id, body.isGranted, body.version, body.scope);
    if (given.ok) return c.json(given.value, 200);
    return given.error === 'unknown_device' ? errorReply(c, 'not_found') : refusalReply(c, { code: given.error });
  });
  app.openapi(narrow, async (c) => {
    const id = readDeviceId(c.req.valid('param').id);
    if (!id) return errorReply(c, 'not_found');
    const narrowed = await people.narrow(c.get('asker'), id, c.req.valid('json'));
    if (narrowed.ok) return c.json(narrowed.value, 200);
    return narrowed.error === 'unknown_device' ? errorReply(c, 'not_found') : refusalReply(c, { code: narrowed.error });
  });
  return app;
}
