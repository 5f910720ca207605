import { afterEach, expect, test, vi } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import { readEvents } from '../cli/read-events.ts';
import { closeAll, collect, startServer, tiny } from './testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

afterEach(closeAll);

const LIMITS = { ...POLICY.limits, progressMs: 0 };

test('a stream tells progress, then the answer, then ends', async () => {
  const { operator } = await startServer({ policy: { limits: LIMITS } });
  const { jobId } = (await operator.submit(tiny(16))).body;
  const events = await operator.events(jobId);
  expect(events.at(-1)?.event).toBe('answered');
  expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
  const views = events.map(({ data }) => JSON.parse(data) as JobView);
  const done = views.map(({ unitsDone }) => unitsDone);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(views.at(-1)).toMatchObject({ state: 'answered', jobId });
});

test('a job that was answered long ago is one event', async () => {
  const { operator } = await startServer();
  const { jobId } = (await operator.submit(tiny())).body;
  await operator.settled(jobId);
  expect((await operator.events(jobId)).map(({ event }) => event)).toEqual(['answered']);
});

test('a failed job ends its stream with the reason', async () => {
  const { operator, coordinator } = await startServer({ policy: { mainframeThreads: 0 } });
  const { jobId } = (await operator.submit(tiny())).body;
  const stream = operator.events(jobId);
  await coordinator.failJob(jobId as never, 'kernel_failed');
  const last = (await stream).at(-1);
  expect(last?.event).toBe('failed');
  expect(JSON.parse(last?.data ?? '')).toMatchObject({ state: 'failed', failure: 'kernel_failed' });
});

test('an account has only so many streams, and gets one back for each it leaves', async () => {
  const policy = { mainframeThreads: 0, limits: { ...LIMITS, eventStreams: 2 } };
  const { operator, openAsker } = await startServer({ policy });
  const { jobId } = (await operator.submit(tiny())).body;
  const leaving = new AbortController();
  await operator.openEvents(jobId, leaving.signal);
  const stays = await operator.openEvents(jobId);
  const third = await operator.openEvents(jobId);
  expect(third.status).toBe(429);
  expect(((await third.json()) as ErrorBody).error.code).toBe('too_many_streams');
  const admin = await openAsker('Another', 'admin');
  const elsewhere = await admin.openEvents(jobId); // another account's count is its own
  expect(elsewhere.status).toBe(200);

  leaving.abort();
  for (;;) {
    const next = await operator.openEvents(jobId); // until the server has noticed
    if (next.status === 200) break;
    await next.body?.cancel();
  }
  await stays.body?.cancel();
  await elsewhere.body?.cancel();
});

test('silence is broken by comments, which are no events', async () => {
  const policy = { mainframeThreads: 0, limits: { ...LIMITS, heartbeatMs: 1 } };
  const { operator, coordinator } = await startServer({ policy });
  const { jobId } = (await operator.submit(tiny())).body;
  const { body } = await operator.openEvents(jobId);
  const [forUs, forEvents] = body?.tee() ?? [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of forUs!.values({ preventCancel: true })) {
    text += decoder.decode(bytes);
    if (text.includes('\n:\n\n:\n\n')) break;
  }
  await coordinator.failJob(jobId as never, 'kernel_failed');
  const events = await collect(readEvents(forEvents!));
  expect(events.map(({ event }) => event)).toEqual(['progress', 'failed']);
});

test('a server that stops ends its streams', async () => {
  const server = await startServer({ policy: { mainframeThreads: 0 } });
  const { jobId } = (await server.operator.submit(tiny())).body;
  const { body } = await server.operator.openEvents(jobId);
  const events = collect(readEvents(body!));
  await server.close();
  expect((await events).map(({ event }) => event)).toEqual(['progress']);
});
