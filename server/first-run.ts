import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../shared/assert.ts';
import type { JobView } from '../shared/protocol/rest.ts';
import { OPERATOR } from './core/found.ts';
import { findAccount } from './services/find-account.ts';
import { Latch } from './services/latch.ts';
import type { RunningServer } from './serve.ts';

const SAMPLE = join(import.meta.dirname, '../wasm/kinds/route-plan/fixtures/sample-places.csv');

/** Whether nothing has ever been asked of this database. */
export const isFirstRun = async ({ store }: RunningServer): Promise<boolean> => (await store.lastIds()).job === 0;

/** Shows the main job once: a real request through the pool, computed by the mainframe, checked, answered, the books added up. */
export async function runSample(server: RunningServer, say: (line: string) => void): Promise<void> {
  const operator = must(await findAccount(server.store, OPERATOR), 'the operator');
  const request = readFileSync(SAMPLE, 'utf8');
  const ask = { kind: 'route-plan', placement: 'pool', request, idempotencyKey: 'first-run-sample' } as const;
  const filed = await server.p2p.submit(OPERATOR, ask);
  if (!filed.ok) return say(`The sample request was refused: ${filed.error.code}.`);
  if (filed.value.placement !== 'pool') return;
  const { jobId, units } = filed.value;
  const stops = request.trim().split('\n').length - 1;
  say(
    `First start: a sample request, the shortest round trip of ${stops} places in New York, as job ${jobId} (${units} units).`,
  );

  const look = async (): Promise<JobView> => must(await server.p2p.job(operator, jobId), 'the sample job');
  const job = await settled(server, jobId, look, say);
  if (!job) return;
  if (job.state === 'failed') return say(`  failed: ${job.failure}`);
  const { length } = job.answer as { readonly length: number };
  say(`  answer: ${(length / 1000).toFixed(2)} km through all ${stops}, after ${(job.waitMs / 1000).toFixed(1)} s`);
  const book = await server.store.verifyLedger();
  const verdict = book.balancesMatch ? 'every balance equals its entries' : book.mismatches.join('; ');
  say(
    `  ledger: ${book.transfers} transfers, ${book.entries} entries that sum to ${book.entriesSumMicros}, ${verdict}`,
  );
}

/** The job once it is settled, telling its progress on the way; nothing if the server stops before. */
async function settled(
  { p2p, stopping }: RunningServer,
  jobId: Parameters<RunningServer['p2p']['watchJob']>[0],
  look: () => Promise<JobView>,
  say: (line: string) => void,
): Promise<JobView | undefined> {
  const changed = new Latch();
  const unwatch = p2p.watchJob(jobId, () => changed.open());
  stopping.addEventListener('abort', () => changed.open(), { once: true });
  try {
    for (let told = -1; !stopping.aborted; await changed.opened(LOOK_AGAIN_MS)) {
      changed.close(); // before the look, so that nothing falls between
      const job = await look();
      if (job.state !== 'running') return job;
      if (job.unitsDone > told)
        say(`  round ${job.round} of ${job.rounds}: ${job.unitsDone} of ${job.units} units done`);
      told = job.unitsDone;
    }
    return undefined;
  } finally {
    unwatch();
  }
}

const LOOK_AGAIN_MS = 5_000;
