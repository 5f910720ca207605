import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { refusalReply, schemaReply } from './error-reply.ts';
import { adminsOnly } from './guards.ts';
import { auditView, flags, fleetView, overviewView } from './schemas/desk.ts';
import { bearer, readDeviceId, replies } from './schemas/replies.ts';
import { feedbackList, feedbackQuery } from './schemas/people.ts';
import { findings } from './schemas/devices.ts';
import { programmeBody, programmeView } from './schemas/policy.ts';
import { stepUp } from './step-up.ts';

const audit = createRoute({
  method: 'get',
  path: '/api/admin/audit',
  summary: 'How much can be checked',
  description: 'For admins. Whole units a second, what waits and how busy the threads are.',
  security: bearer,
  responses: replies('The capacity now', auditView),
});

const fleet = createRoute({
  method: 'get',
  path: '/api/admin/fleet',
  summary: 'Phones with an open link, and why some of them rest',
  description: 'For admins. A phone that is hidden or used up its data has no link and is not counted.',
  security: bearer,
  responses: replies('Now', fleetView),
});

const overview = createRoute({
  method: 'get',
  path: '/api/admin/overview',
  summary: 'What the running system measures of itself',
  description: 'For admins. Phones, queue, waits, work by the hour, checks, money, and what waits for somebody.',
  security: bearer,
  responses: replies('Now, and the last 24 hours', overviewView),
});

const flagged = createRoute({
  method: 'get',
  path: '/api/admin/flags',
  summary: 'Accounts that feed each other',
  description: 'For admins, to look at. Nothing follows from it by itself.',
  security: bearer,
  responses: replies('Pairs, the largest share first', flags),
});

const evidence = createRoute({
  method: 'get',
  path: '/api/admin/evidence',
  summary: 'Findings about a device, oldest first',
  description: 'For admins.',
  security: bearer,
  request: { query: z.strictObject({ device: z.string().openapi({ example: '7' }) }) },
  responses: replies('All of them', findings),
});

const programme = createRoute({
  method: 'get',
  path: '/api/admin/programme',
  summary: 'Whether phones get work, and how much they lend',
  description: 'For admins.',
  security: bearer,
  responses: replies('As it was last set', programmeView),
});

const setProgramme = createRoute({
  method: 'put',
  path: '/api/admin/programme',
  summary: 'Turn the programme on or off, or change its share',
  description: 'For admins. Open phones hear of it within a second; a restart does not forget it.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: programmeBody } } } },
  responses: replies('As it is now', programmeView),
});

const written = createRoute({
  method: 'get',
  path: '/api/admin/feedback',
  summary: 'What people wrote to us, newest first',
  description: 'For admins.',
  security: bearer,
  request: { query: feedbackQuery },
  responses: replies('The newest, or those before one', feedbackList),
});

const FEEDBACK_SHOWN = 50;

/** What operators look at. For everybody else there is no such place. */
export function adminRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  const { oversight, appeals, feedback } = parts;
  app.use('/api/admin/*', adminsOnly);
  app.on('PUT', '/api/admin/programme', stepUp(parts));
  app.openapi(audit, (c) => c.json(oversight.audit(), 200));
  app.openapi(fleet, (c) => c.json(oversight.fleet(), 200));
  app.openapi(overview, async (c) => c.json(await parts.overview.view(), 200));
  app.openapi(flagged, async (c) => c.json(await oversight.flags(), 200));
  app.openapi(programme, (c) => c.json(oversight.programme(), 200));
  app.openapi(setProgramme, async (c) => {
    const set = await oversight.setProgramme(c.req.valid('json'), c.get('asker').id);
    return set.ok ? c.json(set.value, 200) : refusalReply(c, { code: set.error });
  });
  app.openapi(written, async (c) => {
    const { before = Number.MAX_SAFE_INTEGER, limit = FEEDBACK_SHOWN } = c.req.valid('query');
    return c.json(await feedback.list(before, limit), 200);
  });
  app.openapi(evidence, async (c) => {
    const id = readDeviceId(c.req.valid('query').device);
    return c.json({ findings: id ? await appeals.findingsOf(id) : [] }, 200);
  });
  return app;
}
