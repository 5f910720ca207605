import { describe, expect, it } from 'vitest';
import { jobId } from '../../shared/ids.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { FromWorker, Meter, ToWorker } from '../worker/task/messages.ts';
import type { KernelRefusal } from './kernels.ts';
import { openTaskWorker, type WorkerReport } from './task-worker.ts';

const MODULE = {} as WebAssembly.Module;
const METER: Meter = { busyMs: 0, sleepMs: 100, sliceCount: 1, longestSliceMs: 16, recentSliceMs: 16, msPerOp: 0 };

const computation = (runNo: number) => ({
  runNo,
  jobId: jobId(1),
  round: 0,
  kind: 'tiny',
  kindVersion: 1,
  kernelHash: Uint8Array.of(0xab, 0x01),
  jobInput: Uint8Array.of(1),
  roundInput: new Uint8Array(),
  firstChunk: 128,
  scoreToBeat: 7,
});

/** The page's side with a worker of paper, a kernel in hand and a clock that jumps from timer to timer. */
class Bench {
  readonly said: ToWorker[] = [];
  readonly reports: WorkerReport[] = [];
  readonly ends: string[] = [];
  workers = 0;
  living = 0;
  kernel: Promise<Result<WebAssembly.Module, KernelRefusal>> = Promise.resolve(ok(MODULE));
  hasWorkers = true;
  #listeners = new Map<string, (event: unknown) => void>();
  #timers: { readonly at: number; readonly run: () => void }[] = [];
  #now = 0;

  readonly worker = openTaskWorker({
    startWorker: () => {
      if (!this.hasWorkers) throw new Error('forbidden');
      this.workers++;
      this.living++;
      this.#listeners = new Map();
      return {
        postMessage: (message: ToWorker) => void this.said.push(message),
        terminate: () => void this.living--,
        addEventListener: (type: string, listener: unknown) =>
          void this.#listeners.set(type, listener as (event: unknown) => void),
      };
    },
    kernels: { open: () => this.kernel, openKind: () => this.kernel, forget: () => undefined },
    heard: (report) => this.reports.push(report),
    after: (ms, run) => {
      const timer = { at: this.#now + ms, run };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    },
  });

  async start(runNo = 1): Promise<this> {
    this.worker.start(computation(runNo), {
      computed: () => this.ends.push(`computed ${runNo}`),
      failed: () => this.ends.push(`failed ${runNo}`),
    });
    await new Promise((resolve) => setImmediate(resolve));
    return this;
  }

  say(message: FromWorker): this {
    this.#listeners.get('message')?.({ data: message });
    return this;
  }

  breaks(): void {
    this.#listeners.get('error')?.({});
  }

  pass(ms: number): this {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#now = due.at;
      due.run();
    }
    this.#now = until;
    return this;
  }

  get names(): readonly string[] {
    return this.said.map(({ type }) => type);
  }
}

describe('the page’s side of the worker', () => {
  it('starts one with the first task and keeps it for the next', async () => {
    const bench = await new Bench().start();
    expect(bench.said).toMatchObject([
      { type: 'duty', duty: 0 },
      {
        type: 'run',
        runNo: 1,
        kernelHash: 'ab01',
        module: MODULE,
        input: { taskIndex: 2, scoreToBeat: 7 },
        paused: false,
      },
    ]);
    bench.say({ type: 'done', runNo: 1, output: new Uint8Array(512), cpuMs: 9, ...METER });
    await bench.start(2);
    expect(bench).toMatchObject({ workers: 1, ends: ['computed 1'] });
  });

  it('posts no task that was aborted, and a paused one as paused, while the kernel is on its way', async () => {
    const bench = new Bench();
    const starting = bench.start();
    bench.worker.abort(1);
    await starting;
    expect(bench.workers).toBe(0);

    const second = bench.start(2);
    bench.worker.pause(2);
    await second;
    expect(bench.said.at(-1)).toMatchObject({ type: 'run', runNo: 2, paused: true });
  });

  it.each(['wrong_kernel', 'no_kernel', 'bad_kernel'] as const)(
    'starts nothing for want of a kernel: %s',
    async (refusal) => {
      const bench = new Bench();
      bench.kernel = Promise.resolve(refuse(refusal));
      await bench.start();
      expect(bench).toMatchObject({ workers: 0, ends: ['failed 1'], reports: [{ failure: refusal }] });
    },
  );

  it('fails when there can be no worker, or its script breaks', async () => {
    const none = new Bench();
    none.hasWorkers = false;
    await none.start();
    expect(none).toMatchObject({ ends: ['failed 1'], reports: [{ failure: 'worker_broken' }] });

    const broken = await new Bench().start();
    broken.breaks();
    expect(broken).toMatchObject({ ends: ['failed 1'], living: 0, reports: [{ failure: 'worker_broken' }] });
    await broken.start(2);
    expect(broken).toMatchObject({ workers: 2, living: 1 });
  });

  it('counts what the worker measured since its last word, and does not hear an old run', async () => {
    const bench = await new Bench().start();
    bench.say({ type: 'pulse', runNo: 1, progress: 0.25, ...METER, busyMs: 40 });
    bench.say({ type: 'pulse', runNo: 1, progress: 0.5, ...METER, busyMs: 100 });
    bench.say({ type: 'done', runNo: 0, output: new Uint8Array(), cpuMs: 1, ...METER, busyMs: 130 });
    expect(bench.reports.map(({ busyMs, progress }) => [busyMs, progress])).toEqual([
      [40, 0.25],
      [60, 0.5],
      [30, undefined],
    ]);
    expect(bench.ends).toEqual([]);
  });
});

describe('the watchdog', () => {
  it('asks a worker that is silent past its time, and ends it when it does not answer', async () => {
    const bench = await new Bench().start();
    bench.say({ type: 'pulse', runNo: 1, progress: 0.1, ...METER, sleepMs: 2_000 });
    bench.pass(3_400);
    expect(bench.names).toEqual(['duty', 'run']);
    bench.pass(200);
    expect(bench.names.at(-1)).toBe('ping');
    bench.pass(4_800);
    expect(bench.living).toBe(1);
    bench.pass(200);
    expect(bench).toMatchObject({ living: 0, ends: ['failed 1'] });
    expect(bench.reports.at(-1)?.failure).toBe('worker_stuck');
  });

  it('is content with any answer', async () => {
    const bench = await new Bench().start();
    bench.pass(2_000).say({ type: 'pulse', runNo: 1, progress: 0.1, ...METER, sleepMs: 60_000 });
    bench.pass(61_000);
    expect(bench).toMatchObject({ living: 1, ends: [] });
  });

  it('expects nothing of a worker that is paused, done or aborted', async () => {
    const paused = await new Bench().start();
    paused.worker.pause(1);
    expect(paused.say({ type: 'pulse', runNo: 1, progress: 0, ...METER }).pass(1e6).living).toBe(1);

    const done = await new Bench().start();
    done.say({ type: 'done', runNo: 1, output: new Uint8Array(512), cpuMs: 1, ...METER });
    expect(done.pass(1e6).living).toBe(1);

    const aborted = await new Bench().start();
    aborted.worker.abort(1);
    expect(aborted.pass(1e6)).toMatchObject({ living: 1, ends: [] });
  });
});
