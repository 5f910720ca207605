import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { must } from '../../shared/assert.ts';
import { DAY } from '../../shared/time.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { bearer, idempotencyHeader, idParams, readJobId, replies } from './schemas/replies.ts';
import { jobList, jobView, phoneReply, queueView, submitBody } from './schemas/jobs.ts';

const submit = createRoute({
  method: 'post',
  path: '/api/jobs',
  summary: 'Ask for something',
  security: bearer,
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: { 'application/json': { schema: submitBody } } },
  },
  responses: {
    ...replies('Small enough for the asking phone, which computes it itself', phoneReply),
    202: { description: 'Filed: the job as it stands', content: { 'application/json': { schema: jobView } } },
  },
});

const list = createRoute({
  method: 'get',
  path: '/api/jobs',
  summary: 'My jobs, newest first',
  security: bearer,
  request: { query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).optional() }) },
  responses: replies('The newest', jobList),
});

const one = createRoute({
  method: 'get',
  path: '/api/jobs/{id}',
  summary: 'A job of mine',
  security: bearer,
  request: { params: idParams },
  responses: replies('As it stands', jobView),
});

const cancel = createRoute({
  method: 'delete',
  path: '/api/jobs/{id}',
  summary: 'Call a job of mine off',
  description:
    'It is over at once. Phones at work on it are paid for what they have begun; units nobody had begun go back to the day. Sent again, it changes nothing.',
  security: bearer,
  request: { params: idParams },
  responses: replies('As it stands now', jobView),
});

const queue = createRoute({
  method: 'get',
  path: '/api/queue',
  summary: 'What somebody who asks now stands before',
  security: bearer,
  responses: replies('Now', queueView),
});

const JOBS_SHOWN = 20;

export function jobRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { p2p, access } = parts;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });

  app.openapi(submit, async (c) => {
    const asker = c.get('asker');
    const { kind, placement = 'auto', request } = c.req.valid('json');
    const idempotencyKey = c.req.valid('header')['idempotency-key'] ?? randomUUID();
    // What was called off gives its units back, and its rows stay: units alone would not bound what one account writes.
    const filed = `requests of ${asker.id}`;
    const most = asker.role === 'admin' ? Infinity : parts.policy.limits.requestsADay;
    if (access.attempts.take(filed, most, DAY) > 0) return errorReply(c, 'quota_exceeded');
    const submitted = await p2p.submit(asker.id, { kind, placement, request, idempotencyKey });
    if (!submitted.ok || submitted.value.placement === 'phone') access.attempts.giveBack(filed);
    if (!submitted.ok) return refusalReply(c, submitted.error);
    if (submitted.value.placement === 'phone') return c.json({ placement: 'phone' as const }, 200);
    const view = must(await p2p.job(asker, submitted.value.jobId), 'the job just filed');
    return c.json(view, 202);
  });

  app.openapi(list, async (c) => {
    const jobs = await p2p.jobs(c.get('asker'), c.req.valid('query').limit ?? JOBS_SHOWN);
    return c.json({ jobs }, 200);
  });

  app.openapi(one, async (c) => {
    const id = readJobId(c.req.valid('param').id);
    const view = id && (await p2p.job(c.get('asker'), id));
    return view ? c.json(view, 200) : errorReply(c, 'not_found');
  });

  app.openapi(queue, async (c) => c.json(await p2p.queue(c.get('asker')), 200));

  app.openapi(cancel, async (c) => {
    const id = readJobId(c.req.valid('param').id);
    if (!id) return errorReply(c, 'not_found');
    const cancelled = await p2p.cancel(c.get('asker'), id);
    return cancelled.ok ? c.json(cancelled.value, 200) : refusalReply(c, cancelled.error);
  });

  return app;
}
