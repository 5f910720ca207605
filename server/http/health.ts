import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { health } from './schemas/desk.ts';

const route = createRoute({
  method: 'get',
  path: '/api/health',
  summary: 'Whether the server works, for anybody',
  responses: {
    200: { description: 'It does', content: { 'application/json': { schema: health } } },
    503: { description: 'It does not', content: { 'application/json': { schema: health } } },
  },
});

export function healthRoutes({ p2p }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>();
  app.openapi(route, async (c) => {
    const found = await p2p.health();
    return c.json(found, found.status === 'ok' ? 200 : 503);
  });
  return app;
}
