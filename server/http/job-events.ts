import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import type { AccountId, JobId } from '../../shared/ids.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply } from './error-reply.ts';
import { Latch } from '../services/latch.ts';
import { bearer, errorReplies, idParams, readJobId } from './schemas/replies.ts';
import { StreamCount } from './stream-count.ts';
import { whoAsks, type WhoAsks } from './who-asks.ts';

const events = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/events',
  summary: "A job's progress as it happens",
  description:
    'Server-sent events: `progress`, then one `answered` or `failed`, each with the job as data; then the end.',
  security: bearer,
  request: { params: idParams },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': {} } },
    default: errorReplies,
  },
});

/** Progress of one job to whoever asked for it, until it is settled, they leave or the server stops. */
export function jobEventRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { p2p, policy } = parts;
  const open = new StreamCount(policy.limits.eventStreams);
  const app = new OpenAPIHono<HttpEnv>();

  app.openapi(events, async (c) => {
    const asker = c.get('asker');
    const id = readJobId(c.req.valid('param').id);
    if (!id || !(await p2p.job(asker, id))) return errorReply(c, 'not_found');
    if (!open.enter(asker.id)) return errorReply(c, 'too_many_streams');
    return streamSSE(c, async (stream) => {
      try {
        await follow(stream, { askerId: asker.id, id, who: whoAsks(c, parts) }, parts);
      } finally {
        open.leave(asker.id);
      }
    });
  });

  return app;
}

interface Followed {
  readonly id: JobId;
  readonly askerId: AccountId;
  readonly who: WhoAsks;
}

async function follow(stream: SSEStreamingApi, { id, askerId, who }: Followed, parts: HttpParts): Promise<void> {
  const { p2p, people, policy, stopping, incident } = parts;
  const changed = new Latch();
  const over = new Latch();
  const end = (): void => {
    over.open();
    changed.open();
  };
  const unwatch = p2p.watchJob(id, () => changed.open()); // before the first look, so that nothing falls between
  const unwatchAsker = people.watch(askerId, ({ type }) => {
    if (type === 'standing') changed.open();
  });
  stream.onAbort(end);
  stopping.addEventListener('abort', end, { once: true });
  if (stopping.aborted || stream.aborted) end();
  try {
    while (!over.isOpen) {
      changed.close();
      const asker = await who();
      const job = asker && (await p2p.job(asker, id));
      if (!job) return;
      await stream.writeSSE({ event: job.state === 'running' ? 'progress' : job.state, data: JSON.stringify(job) });
      if (job.state !== 'running') return;
      await over.opened(policy.limits.progressMs);
      while (!over.isOpen && !(await changed.opened(policy.limits.heartbeatMs))) {
        if (!(await who())) return;
        await stream.write(':\n\n');
      }
    }
  } catch (error) {
    incident(`events of job ${id}`, error); // the stream ends; whoever still wants to know asks again
  } finally {
    unwatch();
    unwatchAsker();
    stopping.removeEventListener('abort', end);
  }
}
