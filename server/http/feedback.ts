import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { refusalReply, schemaReply } from './error-reply.ts';
import { bearer, replies } from './schemas/replies.ts';
import { feedbackBody, feedbackReply } from './schemas/people.ts';

const write = createRoute({
  method: 'post',
  path: '/api/feedback',
  summary: 'Write to the people behind this',
  description: 'At most 2,000 characters, ten times a day. What is attached is what the app has shown its driver.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: feedbackBody } } } },
  responses: replies('Kept, under this number', feedbackReply),
});

export function feedbackRoutes({ feedback }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  app.openapi(write, (c) => {
    const taken = feedback.take(c.get('asker'), c.req.valid('json'));
    return taken.ok ? c.json({ feedbackId: taken.value }, 200) : refusalReply(c, taken.error);
  });
  return app;
}
