import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { JobList, JobView, QueueView } from '../../shared/protocol/rest.ts';
import { closeAll, startServer, tiny, type Asker, type TestServer } from './testing/test-server.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
let driver: Asker;
let other: Asker;
beforeAll(async () => {
  server = await startServer({ policy: { mainframeThreads: 0 } }); // nobody computes: what runs goes on running
  driver = await server.openAsker('Driver', 'driver');
  other = await server.openAsker('Other', 'driver');
});
afterAll(closeAll);

const cancel = (asker: Asker, id: number | string) =>
  asker.send<JobView & ErrorBody>(`/api/jobs/${id}`, { method: 'DELETE', headers: {} });

test('a request called off is over for its asker at once, in every view of it, and gives its units back', async () => {
  const { jobId } = (await driver.submit(tiny(40))).body;
  expect((await driver.submit(tiny(40))).body.error.code).toBe('quota_exceeded');
  const events = driver.events(jobId);
  const cancelled = await cancel(driver, jobId);
  expect(cancelled.status).toBe(200);
  expect(cancelled.body).toMatchObject({ jobId, state: 'failed', failure: 'cancelled', spentUnits: 1, units: 40 });
  expect((await events).at(-1)).toMatchObject({ event: 'failed' }); // the stream ends
  expect((await driver.get<JobList>('/api/jobs')).body.jobs[0]).toEqual(cancelled.body);
  expect((await cancel(driver, jobId)).body, 'once more changes nothing').toEqual(cancelled.body);
  expect((await driver.submit(tiny(40))).status).toBe(202);
});

test('the queue says what stands before somebody who asks, and why nothing large is taken', async () => {
  const asker = await server.openAsker('Queue', 'driver');
  const ask = async (): Promise<QueueView> => (await asker.get<QueueView>('/api/queue')).body;
  const before = await ask();
  expect(before).toMatchObject({ phones: 0, typicalWaitMs: null, unitsLeft: 50, closed: null });
  expect(before.dayEndsAt % 86_400_000).toBe(0);
  const { jobId } = (await asker.submit(tiny(45))).body;
  expect(await ask()).toMatchObject({
    waitingUnits: before.waitingUnits + 45,
    unitsLeft: 5,
    closed: 'quota_exceeded', // the smallest request that goes to the pool takes 8
  });
  await cancel(asker, jobId);
  expect(await ask()).toMatchObject({ waitingUnits: before.waitingUnits, unitsLeft: 49, closed: null });
});

test('absent, another’s and what is no number are the same; what is over is over', async () => {
  const { jobId } = (await driver.submit(tiny(2))).body;
  for (const [asker, id] of [
    [other, jobId],
    [server.operator, jobId],
    [driver, 99_999],
    [driver, 'x'],
    [driver, '1e3'],
  ] as const) {
    const refused = await cancel(asker, id);
    expect([refused.status, refused.body.error.code]).toEqual([404, 'not_found']);
  }
  expect((await driver.get<JobView>(`/api/jobs/${jobId}`)).body.state).toBe('running');
  await server.coordinator.failJob(jobId as never, 'kernel_failed');
  const over = await cancel(driver, jobId);
  expect([over.status, over.body.error.code]).toEqual([409, 'job_over']);
  const response = await fetch(`${server.url}/api/jobs/${jobId}`, { method: 'DELETE' });
  expect(response.status).toBe(401);
  const foreign = await driver.send<ErrorBody>(`/api/jobs/${jobId}`, {
    method: 'DELETE',
    headers: { Origin: 'https://elsewhere.example' },
  });
  expect(foreign.body.error.code).toBe('forbidden_origin');
});
