import { describe, expect, it } from 'vitest';
import { must } from '../../../shared/assert.ts';
import { NO_SCORE } from '../../../shared/protocol/output.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { loadKernel } from '../../../wasm/load-node.ts';
import { kindNamed } from '../../../wasm/registry.ts';
import { openKernel } from '../../../wasm/runtime/kernel.ts';
import { openTask, type TaskInput } from '../../../wasm/runtime/run-task.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { TaskRunner } from './task-runner.ts';

const { module } = loadKernel('tiny');
const DUTY = 0.08;

function tinyInput(): TaskInput {
  const kind = must(kindNamed('tiny'), 'kind tiny');
  const read = kind.read({ numbers: Array.from({ length: 4096 }, (_, i) => (i * 7919) % 1009), units: 1 });
  if (!read.ok) throw new Error(read.error.message);
  const { jobInput } = kind.blind(read.value, pcg32(1n));
  return { jobInput, roundInput: new Uint8Array(), taskIndex: 0, scoreToBeat: NO_SCORE };
}

function outputInNode(input: TaskInput): Uint8Array {
  const task = openTask(openKernel(module), input);
  while (!task.advance(1_000_000));
  return task.output();
}

/** A runner on a clock that each look moves on: the kernel takes no time here, so looking does. */
class Driven {
  now = 0;
  /** How far a look moves the clock. */
  lookMs = 8;
  wakeAt: number | undefined;
  readonly posted: FromWorker[] = [];
  readonly runner = new TaskRunner({
    now: () => (this.now += this.lookMs),
    sleep: (ms) => (this.wakeAt = this.now + ms),
    stay: () => (this.wakeAt = undefined),
    post: (message) => this.posted.push(message),
  });

  tell(...messages: readonly ToWorker[]): this {
    for (const message of messages) this.runner.take(message);
    return this;
  }

  run(runNo = 1, changes: Partial<TaskInput> = {}, paused = false): this {
    const input = { ...tinyInput(), ...changes };
    return this.tell({ type: 'run', runNo, kernelHash: 'aa', module, input, paused });
  }

  /** One wake, when it is due; whether there was one. */
  wake(): boolean {
    if (this.wakeAt === undefined) return false;
    this.now = Math.max(this.now, this.wakeAt);
    this.wakeAt = undefined;
    this.runner.wake();
    return true;
  }

  toEnd(): this {
    for (let wakes = 0; this.wake(); wakes++) if (wakes > 5_000) throw new Error('no end');
    return this;
  }

  get last(): FromWorker {
    return must(this.posted.at(-1), 'a message');
  }
}

const working = (): Driven => new Driven().tell({ type: 'duty', duty: DUTY }).run();

describe('what the worker does', () => {
  it('computes in slices what the kernel computes in one go', () => {
    const driven = working().toEnd();
    expect(driven.last).toMatchObject({ type: 'done', runNo: 1 });
    expect(driven.last.type === 'done' && driven.last.output).toEqual(outputInNode(tinyInput()));
    expect(driven.last.sliceCount).toBeGreaterThan(3);
  });

  it('computes the same at full speed, without sleeping', () => {
    const driven = new Driven().tell({ type: 'duty', duty: 1 }).run();
    const startedAt = driven.now;
    driven.toEnd();
    expect(driven.last.type === 'done' && driven.last.output).toEqual(outputInNode(tinyInput()));
    expect(driven.last.busyMs).toBeGreaterThan(0.4 * (driven.now - startedAt)); // the rest is looks at the clock
  });

  it('does nothing before it is told a duty, and starts with it', () => {
    const driven = new Driven().run();
    expect(driven.wakeAt).toBeUndefined();
    driven.tell({ type: 'duty', duty: DUTY });
    expect(driven.toEnd().last.type).toBe('done');
  });

  it('stops at a duty of 0, and owes what it owed when there is one again', () => {
    const driven = working();
    driven.wake();
    const due = must(driven.wakeAt, 'a wake');
    driven.tell({ type: 'duty', duty: 0 });
    expect(driven.wakeAt).toBeUndefined();
    driven.runner.wake(); // a wake that was on its way
    expect(driven.posted).toEqual([]);
    driven.tell({ type: 'duty', duty: DUTY });
    expect(driven.wakeAt).toBeGreaterThanOrEqual(due);
    expect(driven.toEnd().last.type).toBe('done');
  });

  it('pauses between two slices, says so, and goes on where it stood', () => {
    const driven = working();
    driven.wake();
    driven.tell({ type: 'pause', runNo: 1 });
    expect(driven.last).toMatchObject({ type: 'pulse', runNo: 1, sleepMs: undefined });
    expect(driven.wakeAt).toBeUndefined();
    driven.runner.wake(); // a wake that was on its way
    expect(driven.posted).toHaveLength(1);
    driven.tell({ type: 'resume', runNo: 1 }).toEnd();
    expect(driven.last.type === 'done' && driven.last.output).toEqual(outputInNode(tinyInput()));
  });

  it('owes after a pause what it owed before', () => {
    const driven = working();
    driven.wake();
    const due = must(driven.wakeAt, 'a wake');
    driven.tell({ type: 'pause', runNo: 1 }, { type: 'resume', runNo: 1 });
    expect(driven.wakeAt).toBeGreaterThanOrEqual(due);
    expect(driven.wakeAt).toBeLessThan(due + 50);
  });

  it('owes the next task what the last one took', () => {
    const driven = working();
    driven.wake();
    const due = must(driven.wakeAt, 'a wake');
    driven.tell({ type: 'abort', runNo: 1 });
    expect(driven.wakeAt).toBeUndefined();
    driven.run(2);
    expect(driven.wakeAt).toBeGreaterThanOrEqual(due);
  });

  it('starts paused when it is told so', () => {
    const driven = new Driven().tell({ type: 'duty', duty: DUTY }).run(1, {}, true);
    expect(driven.wakeAt).toBeUndefined();
    expect(driven.tell({ type: 'resume', runNo: 1 }).toEnd().last.type).toBe('done');
  });

  it('does not hear what is said about another run', () => {
    const driven = working();
    const { wakeAt } = driven;
    driven.tell({ type: 'pause', runNo: 9 }, { type: 'abort', runNo: 9 }, { type: 'resume', runNo: 9 });
    expect(driven).toMatchObject({ wakeAt, posted: [] });
  });

  it.each([
    ['bytes the kernel refuses', { jobInput: new Uint8Array(200) }, 'bad_input'],
    ['more bytes than it takes', { jobInput: new Uint8Array(20_000) }, 'bad_input'],
    ['a chunk the round does not have', { taskIndex: 50 }, 'trapped'],
  ])('fails with a reason, and computes the next task all the same: %s', (_, changes, reason) => {
    const driven = new Driven().tell({ type: 'duty', duty: DUTY }).run(1, changes).toEnd();
    expect(driven.last).toMatchObject({ type: 'failed', runNo: 1, reason });
    expect(driven.run(2).toEnd().last).toMatchObject({ type: 'done', runNo: 2 });
  });

  it('refuses a kernel whose steps do not come back in time, and forgives one long step', () => {
    const slow = working();
    slow.lookMs = 300;
    expect(slow.toEnd().last).toMatchObject({ type: 'failed', reason: 'slow_step' });

    const once = working();
    once.lookMs = 300;
    once.wake();
    once.lookMs = 8;
    expect(once.toEnd().last.type).toBe('done');
  });

  it('answers a ping, and announces a long sleep before it', () => {
    const driven = working();
    driven.lookMs = 100;
    driven.wake();
    expect(driven.last).toMatchObject({ type: 'pulse', runNo: 1 });
    expect(driven.last.sleepMs).toBeGreaterThan(1_000);
    driven.tell({ type: 'ping' });
    expect(driven.posted).toHaveLength(2);
  });
});
