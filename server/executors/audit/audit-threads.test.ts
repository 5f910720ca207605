import asc from 'assemblyscript/asc';
import { afterEach, expect, test, vi } from 'vitest';
import { must } from '../../../shared/assert.ts';
import type { JobId } from '../../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { tiny } from '../../../wasm/kinds/tiny/kind.ts';
import { loadKernel, loadSecondKernel } from '../../../wasm/load-node.ts';
import { openKernel } from '../../../wasm/runtime/kernel.ts';
import { runChunk } from '../../../wasm/runtime/run-chunk.ts';
import type { Reran, RerunRequest } from '../../core/ports.ts';
import { afterMs } from '../kernel-pool.ts';
import { ThreadDied } from '../kernel-thread.ts';
import { AuditThreads, type AuditOptions } from './audit-threads.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

const { module } = loadKernel('tiny');
const first = new Map([['tiny', module]]);
const second = new Map([['tiny', loadSecondKernel('tiny').module]]);
/** A kernel that no thread survives: it has none of the functions a kernel has. */
const broken = new Map([['tiny', new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))]]);
const spec = { numbers: Array.from({ length: 300 }, (_, i) => (i * 31) % 97), units: 4 };
const { jobInput } = tiny.blind(spec, pcg32(1n));
const roundInput = new Uint8Array();
const WHOLE = Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => chunk);

const request = (changes: Partial<RerunRequest> = {}): RerunRequest => ({
  kind: 'tiny',
  jobId: 1 as JobId,
  round: 1,
  jobInput,
  roundInput,
  task: 0,
  chunks: [0],
  urgency: 'answer',
  build: 'first',
  ...changes,
});

/** The same, in this thread. */
function expected({ task, chunks }: RerunRequest): Reran {
  const runs = chunks.map((chunk) =>
    runChunk(openKernel(module), jobInput, roundInput, task * CHUNKS_PER_TASK + chunk),
  );
  return { digests: runs.map(({ digest }) => digest), candidate: must(runs.at(-1), 'a chunk').candidate };
}

const started: AuditThreads[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((audit) => audit.stop()));
});

function start(options: Partial<AuditOptions> = {}): AuditThreads {
  const audit = new AuditThreads({
    threads: 1,
    kernels: { first, second },
    after: afterMs,
    clock: () => performance.now(),
    onHopeless: () => undefined,
    ...options,
  });
  started.push(audit);
  return audit;
}

/** A clock that goes on a little whenever somebody looks. */
function ticking(ms: number): () => number {
  let now = 0;
  return () => (now += ms);
}

/** Asks for all of them in order; resolves to their names in the order they came back. */
async function orderOf(audit: AuditThreads, requests: Readonly<Record<string, RerunRequest>>): Promise<string[]> {
  const order: string[] = [];
  const waiting = Object.entries(requests).map(async ([name, one]) => {
    await audit.rerun(one);
    order.push(name);
  });
  await Promise.all(waiting);
  return order;
}

test('many requests at once are all answered, each with its own chunks, more rounds than a thread keeps', async () => {
  const audit = start({ threads: 2 });
  const requests = Array.from({ length: 60 }, (_, i) =>
    request({
      jobId: ((i % 7) + 1) as JobId,
      task: i % 4,
      chunks: WHOLE.slice(i % 60, (i % 60) + 1 + (i % 5)),
      urgency: i % 3 === 0 ? 'background' : 'answer',
      build: i % 4 === 0 ? 'second' : 'first',
    }),
  );
  const reruns = await Promise.all(requests.map((one) => audit.rerun(one)));
  expect(reruns).toEqual(requests.map(expected));
});

test('chunks come back in the order they were asked for, the candidate of the last with them', async () => {
  const asked = request({ task: 2, chunks: [63, 5, 17] });
  expect(await start({ threads: 3 }).rerun(asked)).toEqual(expected(asked));
});

test('an answer asked for while a whole re-run is under way comes back before it', async () => {
  const audit = start();
  const whole = audit.rerun(request({ chunks: WHOLE, urgency: 'background' }));
  // Well under way: its first chunks are back, most are not.
  while (audit.figures().waitingBackgroundChunks > 50) await new Promise((resolve) => setImmediate(resolve));
  let isWholeBack = false;
  void whole.then(() => (isWholeBack = true));
  const left: number[] = [];
  for (let i = 0; i < 5; i++) {
    const before = audit.figures().waitingBackgroundChunks;
    await audit.rerun(request({ task: 1, chunks: [i] }));
    // One background chunk may have been with the thread, and it may have begun the next one since.
    left.push(before - audit.figures().waitingBackgroundChunks);
    expect(isWholeBack).toBe(false);
  }
  expect(left.filter((chunks) => chunks > 1)).toEqual([]);
  expect(await whole).toEqual(expected(request({ chunks: WHOLE })));
});

test('within each urgency, first come is first served', async () => {
  const background = { urgency: 'background' } as const;
  expect(
    await orderOf(start(), {
      'whole 1': request({ ...background, chunks: WHOLE }),
      'whole 2': request({ ...background, chunks: WHOLE, task: 1 }),
      'answer 1': request({ chunks: [1, 2, 3] }),
      'background 3': request({ ...background, chunks: [9] }),
      'answer 2': request({ chunks: [4] }),
    }),
  ).toEqual(['answer 1', 'answer 2', 'whole 1', 'whole 2', 'background 3']);
});

test('the build asked for is the one that runs, and both give the same', async () => {
  const brokenSecond = start({ kernels: { first, second: broken } });
  expect(await brokenSecond.rerun(request())).toEqual(expected(request()));
  await expect(brokenSecond.rerun(request({ build: 'second' }))).rejects.toThrow(ThreadDied);

  const brokenFirst = start({ kernels: { first: broken, second } });
  expect(await brokenFirst.rerun(request({ build: 'second', chunks: WHOLE }))).toEqual(
    expected(request({ chunks: WHOLE })),
  );
  await expect(brokenFirst.rerun(request())).rejects.toThrow(ThreadDied);
});

test('the first build keeps a round prepared, a second opinion prepares its own each time', async () => {
  const counting = new Map([['tiny', await countingKernel()]]);
  const audit = start({ kernels: { first: counting, second: counting } });
  const scores = async (build: 'first' | 'second'): Promise<number[]> =>
    (await audit.rerun(request({ build, chunks: [0, 1, 2] }))).digests.map(({ score }) => score);
  expect([await scores('first'), await scores('first')]).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect([await scores('second'), await scores('second')]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(await scores('first')).toEqual([7, 8, 9]);
});

/** No kernel that anybody should write: a chunk's score is how many chunks its instance has run. */
async function countingKernel(): Promise<WebAssembly.Module> {
  const returns = { abi: 1, prepare: 0, step: 0, digestAt: 0, resultAt: 0, resultLen: 0 };
  const source = [
    'let chunks: i32 = 0;',
    'export function inputAt(job: i32, round: i32): i32 { return 4096; }',
    'export function startChunk(index: i32): void { store<i32>(0, ++chunks); }',
    ...Object.entries(returns).map(([name, value]) => `export function ${name}(): i32 { return ${value}; }`),
  ].join('\n');
  const { binary } = await asc.compileString(source, { runtime: 'stub', initialMemory: 2 });
  return new WebAssembly.Module(new Uint8Array(must(binary, 'a kernel that compiles')));
}

test('a killed thread rejects the request it worked on, runs nothing more of it, and answers the next', async () => {
  const audit = start();
  const killed = audit.rerun(request({ chunks: WHOLE }));
  const next = audit.rerun(request({ chunks: [4] }));
  expect(audit.figures().waitingAnswerChunks).toBe(64);
  must(audit.pool.busyThreads[0], 'a busy thread').kill('by hand');
  await expect(killed).rejects.toThrow(ThreadDied);
  expect(audit.figures().waitingAnswerChunks).toBeLessThanOrEqual(1);
  expect(await next).toEqual(expected(request({ chunks: [4] })));
});

test('a chunk that runs too long is killed and its request rejected, and the next one is answered', async () => {
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  const audit = start({
    after(ms, run) {
      if (ms === 0) setImmediate(run);
      else timers.push({ ms, run });
      return () => undefined;
    },
  });
  const slow = audit.rerun(request({ chunks: [3, 4] }));
  expect(timers.map(({ ms }) => ms)).toEqual([30_000]);
  timers[0]?.run();
  await expect(slow).rejects.toThrow('longer than 30000 ms');
  expect(await audit.rerun(request({ chunks: [5] }))).toEqual(expected(request({ chunks: [5] })));
});

test('a chunk that kills five threads is reported as hopeless, with its job', async () => {
  const hopeless: JobId[] = [];
  const audit = start({
    kernels: { first: broken, second },
    onHopeless: (jobId) => void hopeless.push(jobId),
    after(ms, run) {
      if (ms < 30_000) setImmediate(run);
      return () => undefined;
    },
  });
  for (let i = 0; i < 5; i++) {
    expect(hopeless).toEqual([]);
    await expect(audit.rerun(request({ jobId: 9 as JobId, chunks: [1, 2] }))).rejects.toThrow(ThreadDied);
  }
  expect(hopeless).toEqual([9]);
});

test('stopping rejects what waits, what runs and what comes later, and blames no job for it', async () => {
  const hopeless: JobId[] = [];
  const audit = start({ threads: 5, onHopeless: (jobId) => void hopeless.push(jobId) });
  const waiting = Array.from({ length: 9 }, () => audit.rerun(request()));
  const outcome = Promise.allSettled(waiting);
  await audit.stop();
  expect((await outcome).map(({ status }) => status)).toEqual(waiting.map(() => 'rejected'));
  await expect(audit.rerun(request())).rejects.toThrow('stopped');
  expect(hopeless).toEqual([]);
});

test('its capacity is what is expected of a core, and then what its chunks take', async () => {
  expect(start({ threads: 3 }).unitsPerSecond()).toBeCloseTo((3 * 1000) / (64 * 13), 9);
  const audit = start({ clock: ticking(5) }); // looked at before and after each chunk
  await Promise.all([0, 1, 2, 3].map((task) => audit.rerun(request({ task, chunks: WHOLE }))));
  const mean = 5 + 8 * (63 / 64) ** 256;
  expect(audit.figures().chunkMs).toBeCloseTo(mean, 9);
  expect(audit.unitsPerSecond()).toBeCloseTo(1000 / (64 * mean), 9);
});

test('its figures count what no thread has begun, and the share of time it was busy', async () => {
  let now = 1_000_000;
  const audit = start({ clock: () => now });
  expect(audit.figures()).toEqual({
    threads: 1,
    waitingAnswerChunks: 0,
    waitingBackgroundChunks: 0,
    busyShare: 0,
    chunkMs: 13,
  });
  const whole = audit.rerun(request({ chunks: WHOLE, urgency: 'background' }));
  const answer = audit.rerun(request({ chunks: [1, 2, 3] }));
  expect(audit.figures()).toMatchObject({ waitingAnswerChunks: 3, waitingBackgroundChunks: 63 });
  now += 30_000; // the chunk under way
  await Promise.all([answer, whole]);
  expect(audit.figures()).toMatchObject({ waitingAnswerChunks: 0, waitingBackgroundChunks: 0, busyShare: 0.5 });
  now += 120_000;
  expect(audit.figures().busyShare).toBe(0);
});
