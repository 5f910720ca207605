import { expect, it } from 'vitest';
import type { TaskRun } from '../../../wasm/runtime/run-task.ts';
import { runSlice, UNKNOWN_SPEED } from './slice.ts';

/** A task of `total` ops on a phone that does `opsPerMs(done)` of them a millisecond. */
function phone(total: number, opsPerMs: (done: number) => number) {
  let at = 0;
  let done = 0;
  const task: TaskRun = {
    advance(budget) {
      const ops = Math.min(budget, total - done);
      at += ops / opsPerMs(done);
      done += ops;
      return done === total;
    },
    progress: () => done / total,
    output: () => new Uint8Array(),
  };
  return { task, now: () => at, pass: (ms: number) => (at += ms) };
}

it.each([300, 20_000, 400_000, 5_000_000])(
  'learns the speed in its first slice and is 16 ms long: %d ops a millisecond',
  (opsPerMs) => {
    const { task, now } = phone(Infinity, () => opsPerMs);
    let speed = UNKNOWN_SPEED;
    for (let i = 0; i < 4; i++) {
      const slice = runSlice(task, speed, 16, now);
      const ms = slice.endedAt - slice.startedAt;
      expect(ms).toBeGreaterThan(14.5);
      expect(ms).toBeLessThan(i === 0 ? 20 : 16.5);
      ({ speed } = slice);
    }
    expect(speed.opsPerMs / opsPerMs).toBeCloseTo(1, 1);
  },
);

it('is at most one step late when the work becomes eight times as dear in the middle', () => {
  const { task, now } = phone(Infinity, (done) => (done < 100_000 ? 40_000 : 5_000));
  const slice = runSlice(task, { opsPerMs: 40_000 }, 16, now);
  expect(slice.endedAt - slice.startedAt).toBeLessThan(16 + 8 * 2);
  expect(slice.longestStepMs).toBeLessThanOrEqual(16);
});

it('ends with the task', () => {
  const { task, now } = phone(10_000, () => 5_000);
  const slice = runSlice(task, { opsPerMs: 5_000 }, 16, now);
  expect(slice.done).toBe(true);
  expect(slice.endedAt - slice.startedAt).toBeCloseTo(2, 6);
});

it('works on a clock with a grain of a millisecond', () => {
  const { task, now } = phone(Infinity, () => 30_000);
  const coarse = () => Math.floor(now());
  let speed = UNKNOWN_SPEED;
  for (let i = 0; i < 5; i++) {
    const before = now();
    ({ speed } = runSlice(task, speed, 16, coarse));
    expect(now() - before).toBeLessThan(25);
  }
});
