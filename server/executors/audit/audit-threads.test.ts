import { afterEach, expect, test, vi } from 'vitest';
import { must } from '../../../shared/assert.ts';
import type { JobId } from '../../../shared/ids.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { tiny } from '../../../wasm/kinds/tiny/kind.ts';
import { loadKernel } from '../../../wasm/load-node.ts';
import { openKernel } from '../../../wasm/runtime/kernel.ts';
import { runChunk } from '../../../wasm/runtime/run-chunk.ts';
import type { RerunRequest } from '../../core/ports.ts';
import { afterMs } from '../kernel-pool.ts';
import { ThreadDied } from '../kernel-thread.ts';
import type { Kernels } from '../kernel-work.ts';
import { AuditThreads, type AuditOptions } from './audit-threads.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

const { module } = loadKernel('tiny');
const kernels: Kernels = new Map([['tiny', module]]);
const broken: Kernels = new Map([['tiny', new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))]]);
const spec = { numbers: Array.from({ length: 300 }, (_, i) => (i * 31) % 97), units: 4 };
const { jobInput } = tiny.blind(spec, pcg32(1n));
const roundInput = new Uint8Array();

const request = (chunk: number, jobId = 1): RerunRequest => ({
  kind: 'tiny',
  jobId: jobId as JobId,
  round: 1,
  jobInput,
  roundInput,
  chunk,
});
const expected = (chunk: number): unknown => runChunk(openKernel(module), jobInput, roundInput, chunk);

const started: AuditThreads[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((audit) => audit.stop()));
});

function start(options: Partial<AuditOptions> = {}): AuditThreads {
  const audit = new AuditThreads({ threads: 1, kernels, after: afterMs, onHopeless: () => undefined, ...options });
  started.push(audit);
  return audit;
}

test('many requests at once are all answered, each with its own chunk, more rounds than a thread keeps', async () => {
  const audit = start({ threads: 2 });
  const requests = Array.from({ length: 60 }, (_, i) => request(i, (i % 7) + 1));
  const reruns = await Promise.all(requests.map((one) => audit.rerun(one)));
  expect(reruns).toEqual(requests.map(({ chunk }) => expected(chunk)));
});

test('a killed thread rejects what it worked on, and only that', async () => {
  const audit = start();
  const first = audit.rerun(request(3));
  const second = audit.rerun(request(4));
  must(audit.pool.busyThreads[0], 'a busy thread').kill('by hand');
  await expect(first).rejects.toThrow(ThreadDied);
  expect(await second).toEqual(expected(4));
});

test('a request that runs too long is killed and rejected, and the next one is answered', async () => {
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  const audit = start({
    after(ms, run) {
      if (ms === 0) setImmediate(run);
      else timers.push({ ms, run });
      return () => undefined;
    },
  });
  const slow = audit.rerun(request(3));
  expect(timers.map(({ ms }) => ms)).toEqual([30_000]);
  timers[0]?.run();
  await expect(slow).rejects.toThrow('longer than 30000 ms');
  expect(await audit.rerun(request(5))).toEqual(expected(5));
});

test('a chunk that kills five threads is reported as hopeless, with its job', async () => {
  const hopeless: JobId[] = [];
  const audit = start({
    kernels: broken,
    onHopeless: (jobId) => void hopeless.push(jobId),
    after(ms, run) {
      if (ms < 30_000) setImmediate(run);
      return () => undefined;
    },
  });
  for (let i = 0; i < 5; i++) {
    expect(hopeless).toEqual([]);
    await expect(audit.rerun(request(1, 9))).rejects.toThrow(ThreadDied);
  }
  expect(hopeless).toEqual([9]);
});

test('stopping rejects what waits and what runs', async () => {
  const audit = start();
  const waiting = [audit.rerun(request(1)), audit.rerun(request(2))];
  const outcome = Promise.allSettled(waiting);
  await audit.stop();
  expect((await outcome).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
