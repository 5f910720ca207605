import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { loadSecondKernel } from '../../../wasm/load-node.ts';
import { openKernel } from '../../../wasm/runtime/kernel.ts';
import { runChunk } from '../../../wasm/runtime/run-chunk.ts';
import type { AuditExecutor } from '../../core/ports.ts';
import { KIND, type Kernels } from '../kernels.ts';
import type { Timeline } from '../timeline.ts';

/** Chunks the server re-ran, by what for. */
export interface RerunCounts {
  /** First re-runs of results, and of winners: somebody waits for these. */
  answer: number;
  /** Whole re-runs, whatever drew them. */
  background: number;
  second: number;
}

export const noReruns = (): RerunCounts => ({ answer: 0, background: 0, second: 0 });

const ANSWER_MS = 100;
const BACKGROUND_MS = 5_000;

/** The audit threads in virtual time: both builds of the shipped wasm, and every chunk counted. */
export function countingRerunner(timeline: Timeline, kernels: Kernels, counts: RerunCounts): AuditExecutor {
  const builds = { first: kernels.of(KIND), second: openKernel(loadSecondKernel(KIND).module) };
  return {
    async rerun({ jobInput, roundInput, task, chunks, urgency, build }) {
      counts[build === 'second' ? 'second' : urgency] += chunks.length;
      await timeline.sleep(urgency === 'answer' ? ANSWER_MS : BACKGROUND_MS, 'rerun');
      const ran = chunks.map((chunk) => runChunk(builds[build], jobInput, roundInput, task * CHUNKS_PER_TASK + chunk));
      return { digests: ran.map(({ digest }) => digest), candidate: ran.at(-1)?.candidate ?? new Uint8Array() };
    },
    unitsPerSecond: () => 1.2, // one core: 64 chunks of 13 ms each
  };
}
