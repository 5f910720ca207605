import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import type { AccountId, JobId } from '../../shared/ids.ts';
import { Latch } from '../services/latch.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { bearer, errorReplies } from './schemas/replies.ts';
import { StreamCount } from './stream-count.ts';
import { errorReply } from './error-reply.ts';
import { whoAsks, type WhoAsks } from './who-asks.ts';

const stream = createRoute({
  method: 'get',
  path: '/api/stream',
  summary: 'What changes for me, as it happens',
  description:
    'Server-sent events: `me` at once and when the programme changes, `credits` (without rows) and `job` on every change.',
  security: bearer,
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': {} } },
    default: errorReplies,
  },
});

/** One stream for one open app: its jobs and credits. Several changes while one is being sent become one event each. */
export function streamRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const open = new StreamCount(parts.policy.limits.eventStreams);
  const app = new OpenAPIHono<HttpEnv>();
  app.openapi(stream, (c) => {
    const asker = c.get('asker');
    if (!open.enter(asker.id)) return errorReply(c, 'too_many_streams');
    return streamSSE(c, async (events) => {
      try {
        await follow(events, asker.id, whoAsks(c, parts), parts);
      } finally {
        open.leave(asker.id);
      }
    });
  });
  return app;
}

async function follow(events: SSEStreamingApi, id: AccountId, who: WhoAsks, parts: HttpParts): Promise<void> {
  const { people, p2p, policy, stopping, incident } = parts;
  const jobs = new Set<JobId>();
  let creditsChanged = true;
  let meChanged = true;
  const changed = new Latch();
  const over = new Latch();
  const end = (): void => {
    over.open();
    changed.open();
  };
  const unwatch = people.watch(id, (change) => {
    if (change.type === 'job') jobs.add(change.jobId);
    else if (change.type === 'credits') creditsChanged = true;
    else meChanged = true;
    changed.open();
  });
  events.onAbort(end);
  stopping.addEventListener('abort', end, { once: true });
  if (stopping.aborted || events.aborted) end();
  try {
    while (!over.isOpen) {
      changed.close();
      const asker = await who();
      if (!asker) return;
      if (meChanged) {
        meChanged = false;
        await events.writeSSE({ event: 'me', data: JSON.stringify(people.me(asker)) });
      }
      const changedJobs = [...jobs];
      jobs.clear();
      for (const jobId of changedJobs) {
        const job = await p2p.job(asker, jobId);
        if (job) await events.writeSSE({ event: 'job', data: JSON.stringify(job) });
      }
      if (creditsChanged) {
        creditsChanged = false;
        await events.writeSSE({ event: 'credits', data: JSON.stringify(await people.credits(id, undefined, 0)) });
      }
      await over.opened(policy.limits.progressMs);
      while (!over.isOpen && !(await changed.opened(policy.limits.heartbeatMs))) {
        if (!(await who())) return;
        await events.write(':\n\n');
      }
    }
  } catch (error) {
    incident(`stream of account ${id}`, error);
  } finally {
    unwatch();
    stopping.removeEventListener('abort', end);
  }
}
