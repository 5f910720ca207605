import { OpenAPIHono } from '@hono/zod-openapi';
import { accountRoutes } from './account.ts';
import { adjustmentRoutes } from './adjustments.ts';
import { adminPeopleRoutes } from './admin-people.ts';
import { adminRoutes } from './admin.ts';
import { auditTrailRoutes } from './audit-trail.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, thrownReply } from './error-reply.ts';
import { noHead, ownOriginWrites, secureHeaders, signedIn } from './guards.ts';
import { deviceRoutes } from './devices.ts';
import { evidenceRoutes } from './evidence.ts';
import { feedbackRoutes } from './feedback.ts';
import { healthRoutes } from './health.ts';
import { jobEventRoutes } from './job-events.ts';
import { jobRoutes } from './jobs.ts';
import { kernelRoutes } from './kernels.ts';
import { ledgerRoutes } from './ledger.ts';
import { limitBody } from './limit-body.ts';
import { myDataRoutes } from './my-data.ts';
import { limitDepth } from './limit-depth.ts';
import { joinRoutes, peopleRoutes } from './people.ts';
import { policyRoutes } from './policy.ts';
import { rateLimit, readLimit, writeLimit } from './rate-limit.ts';
import { siteRoutes } from './site.ts';
import { signInRoutes } from './sign-in.ts';
import { START_PAGE } from './start-page.ts';
import { streamRoutes } from './stream.ts';

const ABOUT = {
  openapi: '3.1.0',
  info: {
    title: 'ZeusDrive Shared Compute',
    version: '1',
    description: 'Requests in, checked answers out, and the book of what was earned.',
  },
};

/** The HTTP side of the server: guards first, routes by resource, and whatever is left is not found. */
export function httpApp(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>();
  const { requestBytes, jsonDepth } = parts.policy.limits;
  app.use(
    secureHeaders(parts),
    ownOriginWrites(parts),
    writeLimit(parts, { perMinute: 'addressWritesPerMinute', by: 'address' }),
    limitBody(requestBytes),
    limitDepth(jsonDepth),
  );
  if (parts.site) app.route('/', siteRoutes(parts.site));
  else app.get('/', (c) => c.html(START_PAGE));
  app.route('/', healthRoutes(parts));
  // Written once, when somebody first asks: it takes 9 ms, and anybody may ask.
  let document: string | undefined;
  app.get('/api/openapi.json', (c) => {
    document ??= JSON.stringify(app.getOpenAPI31Document(ABOUT));
    return c.body(document, 200, { 'Content-Type': 'application/json' });
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.route('/', kernelRoutes(parts.kernels));
  app.use('/api/accounts', writeLimit(parts, { perMinute: 'entriesPerMinute', by: 'address' }));
  app.route('/', joinRoutes(parts));
  app.route('/', signInRoutes(parts));
  app.use('/api/*', signedIn(parts), noHead); // what stands above is for anybody
  app.use('/api/*', writeLimit(parts, { perMinute: 'writesPerMinute', by: 'account' }));
  app.use('/api/*', readLimit(parts, { perMinute: 'readsPerMinute', by: 'account' }));
  const reruns = writeLimit(parts, { perMinute: 'rerunsPerMinute', by: 'account' });
  app.use('/api/evidence/:id/appeal', reruns).use('/api/devices/:id/self-test', reruns);
  const exports = rateLimit(parts, { perMinute: 'rerunsPerMinute', by: 'account' });
  app.use('/api/me/export', exports).use('/api/me/statement.csv', exports);
  app.route('/', jobRoutes(parts));
  app.route('/', jobEventRoutes(parts));
  app.route('/', ledgerRoutes(parts));
  app.route('/', peopleRoutes(parts));
  app.route('/', myDataRoutes(parts));
  app.route('/', accountRoutes(parts));
  app.route('/', deviceRoutes(parts));
  app.route('/', evidenceRoutes(parts));
  app.route('/', feedbackRoutes(parts));
  app.route('/', adminRoutes(parts));
  app.route('/', adminPeopleRoutes(parts));
  app.route('/', policyRoutes(parts));
  app.route('/', adjustmentRoutes(parts));
  app.route('/', auditTrailRoutes(parts));
  app.route('/', streamRoutes(parts));
  app.notFound((c) => errorReply(c, 'not_found'));
  app.onError((error, c) => thrownReply(c, error, parts.incident));
  return app;
}
