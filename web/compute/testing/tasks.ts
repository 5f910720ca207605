import { readFileSync } from 'node:fs';
import { must } from '../../../shared/assert.ts';
import { NO_SCORE } from '../../../shared/protocol/output.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { type LoadedKernel, loadKernel } from '../../../wasm/load-node.ts';
import type { TaskKind } from '../../../wasm/kind.ts';
import { routePlanWith } from '../../../wasm/kinds/route-plan/kind.ts';
import { tiny } from '../../../wasm/kinds/tiny/kind.ts';
import { openKernel } from '../../../wasm/runtime/kernel.ts';
import { openTask } from '../../../wasm/runtime/run-task.ts';

/** One task of a kind, and what Node makes of it. */
export interface SampleTask {
  readonly kind: string;
  readonly kernel: LoadedKernel;
  readonly jobInput: Uint8Array;
  readonly taskIndex: number;
}

const FIXTURE = new URL('../../../wasm/kinds/route-plan/fixtures/new-york-1000.csv', import.meta.url);

/** A thousand stops: the text of a file, as a driver uploads it. */
export const thousandStops = (): string => readFileSync(FIXTURE, 'utf8');

export const tinyTask = (): SampleTask =>
  sample(tiny, { numbers: Array.from({ length: 4000 }, (_, i) => (i * 7919) % 1009), units: 2 });

/** A thousand stops, 64 chunks of `chunkOps` (some nanoseconds of a server core each op). */
export const routeTask = (chunkOps: number): SampleTask => sample(routePlanWith(chunkOps), thousandStops());

function sample<Spec, Answer>(kind: TaskKind<Spec, Answer>, request: unknown): SampleTask {
  const read = kind.read(request);
  if (!read.ok) throw new Error(read.error.message);
  const { jobInput } = kind.blind(read.value, pcg32(9n));
  return { kind: kind.name, kernel: loadKernel(kind.name), jobInput, taskIndex: 1 };
}

export function outputInNode({ kernel, jobInput, taskIndex }: SampleTask): Uint8Array {
  const task = openTask(openKernel(kernel.module), {
    jobInput,
    roundInput: new Uint8Array(),
    taskIndex,
    scoreToBeat: NO_SCORE,
  });
  while (!task.advance(10_000_000));
  return must(task.output(), 'an output');
}
