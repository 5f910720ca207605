import type { TaskRun } from '../../../wasm/runtime/run-task.ts';

/** What was learnt about a kernel on this phone. */
export interface Speed {
  readonly opsPerMs: number;
}

/** Slow enough for the slowest phone: the first slice learns the real figure within a few steps. */
export const UNKNOWN_SPEED: Speed = { opsPerMs: 256 };

export interface Slice {
  readonly done: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly longestStepMs: number;
  readonly speed: Speed;
}

/** A slice is made of steps this long, so that one wrong guess of the speed does not make it long. A step call costs 6 ns. */
const STEP_MS = 2;
/** Below this the clock's own grain is most of what was measured. */
const GRAIN_MS = 0.25;
const MOST_OPS = 0x7fff_ffff;

/** Works about `sliceMs` on a task. It may stop up to half a step early, and only a step that took longer than ever makes it late. */
export function runSlice(task: TaskRun, speed: Speed, sliceMs: number, now: () => number): Slice {
  const startedAt = now();
  let { opsPerMs } = speed;
  let at = startedAt;
  let longestStepMs = 0;
  let done = false;
  do {
    const left = startedAt + sliceMs - at;
    const ops = Math.max(1, Math.min(MOST_OPS, Math.floor(Math.min(STEP_MS, left) * opsPerMs)));
    done = task.advance(ops);
    const stepMs = now() - at;
    at += stepMs;
    longestStepMs = Math.max(longestStepMs, stepMs);
    if (!done) opsPerMs = learnt(opsPerMs, ops, stepMs);
  } while (!done && startedAt + sliceMs - at > STEP_MS / 2);
  return { done, startedAt, endedAt: at, longestStepMs, speed: { opsPerMs } };
}

/** Up by four at most: a kernel's set-up may count cheaper ops than its search. Down at once: a long step must not repeat. */
function learnt(opsPerMs: number, ops: number, stepMs: number): number {
  if (stepMs < GRAIN_MS) return opsPerMs * 4;
  const measured = ops / stepMs;
  return Math.max(1, measured < opsPerMs ? measured : Math.min(opsPerMs * 4, (opsPerMs + measured) / 2));
}
