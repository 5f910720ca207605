import { afterEach, expect, test, vi } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import type { Credits } from '../../shared/protocol/app.ts';
import { bestChunk, DIGESTS_BYTES, NO_SCORE } from '../../shared/protocol/output.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import { readEvents } from '../cli/read-events.ts';
import { openPhone, whenChanged } from './testing/test-phone.ts';
import { closeAll, smallestSum, startServer, tiny, tinyRequest, type Asker } from './testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

afterEach(closeAll);

/** Keeps what is best to itself: the digest of the best chunk says that it is worth nothing. */
function withoutBest(output: Uint8Array): Uint8Array {
  const hidden = output.slice(0, DIGESTS_BYTES);
  new DataView(hidden.buffer).setUint32(bestChunk(output).chunk * 8, NO_SCORE - 1, true);
  return hidden;
}

/** The job as the stream tells it, once `when` holds. */
async function told(asker: Asker, when: (job: JobView) => boolean): Promise<JobView> {
  const { body } = await asker.openStream();
  for await (const { event, data } of readEvents(body!)) {
    if (event !== 'job') continue;
    const job = JSON.parse(data) as JobView;
    if (when(job)) return job;
  }
  throw new Error('the stream ended before');
}

test('an answer that a liar made worse is updated when the lie is found: the asker is told when, and the liar is not paid', async () => {
  // With this secret the first look at one chunk misses the lie: else the answer would have been right at once.
  const secret = '0f'.repeat(32);
  const audit = { ...POLICY.audit, probationGateChunks: 1 };
  const server = await startServer({ secret, policy: { mainframeThreads: 0, audit } });
  const asker = await server.openAsker('Asker', 'driver');
  let lies = 0;
  const { device, driver, accountId } = await openPhone(server, (output) =>
    lies++ === 0 ? withoutBest(output) : output,
  );
  const updated = told(asker, ({ correctedAt }) => correctedAt !== null);
  device.start();
  const { jobId } = (await asker.submit(tiny(1))).body;
  const before = await asker.settled(jobId);
  expect(before).toMatchObject({ state: 'answered', correctedAt: null });
  expect((before.answer as { sum: number }).sum).toBeGreaterThan(smallestSum(tinyRequest(1)));

  const after = await updated;
  expect(after).toMatchObject({
    state: 'answered',
    answer: { sum: smallestSum(tinyRequest(1)) },
    units: 1,
    unitsDone: 1,
    unitsChecked: 1,
    round: 1,
    roundLengths: before.roundLengths,
    executors: { mainframe: 0, peers: 1, devices: 1 },
    waitMs: before.waitMs,
  });
  expect(after.correctedAt).toBeGreaterThanOrEqual(after.createdAt + after.waitMs);
  const rows = await whenChanged(server, accountId, async () => {
    const { body } = await driver.get<Credits>('/api/credits');
    return body.rows.length === 2 ? body.rows : undefined;
  });
  expect(rows.map(({ state }) => state).toSorted()).toEqual(['pending', 'void']);
  device.stop();
});
