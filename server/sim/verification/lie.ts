import { fnv1a, viewOf } from '../../../shared/bytes.ts';
import { bestChunk, CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { below, type Rng } from '../../../shared/rng.ts';

/**
 * `sparse`: one chunk that is not the task's best says something else: the cheapest lie to be paid for, as no answer rests on
 * it. `hiding`: it is the best chunk, made to look worse: the answer stays true, but may not be the best any more.
 */
export type LieKind = 'sparse' | 'hiding';

/** An honest output with one digest of 64 made worse, and no candidate: what cannot be checked cannot be caught at once. */
export function lieIn(output: Uint8Array, kind: LieKind, rng: Rng): Uint8Array {
  const lied = output.slice(0, CHUNKS_PER_TASK * 8);
  const best = bestChunk(output).chunk;
  const other = below(rng, CHUNKS_PER_TASK - 1);
  const chunk = kind === 'hiding' ? best : other < best ? other : other + 1;
  const view = viewOf(lied);
  const worse = view.getUint32(8 * chunk, true) + 1 + below(rng, 1 << 20);
  view.setUint32(8 * chunk, worse, true);
  return lied;
}

/** Colluders draw from the task itself, so that all of them tell the same lie about it. */
export function sharedRng(jobId: number, task: number, make: (seed: number, stream: number) => Rng): Rng {
  const name = new Uint8Array(8);
  viewOf(name).setUint32(0, jobId, true);
  viewOf(name).setUint32(4, task, true);
  return make(fnv1a(name), 0x11e5);
}
