import type { SelfTest, SelfTestAnswer } from '../../shared/protocol/app.ts';
import { loadKernel } from '../../wasm/load-node.ts';
import { openKernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';

/** What an honest phone answers to its self-test. */
export function computeSelfTest(
  { ticket, kind, jobInput, roundInput, chunks }: SelfTest,
  chunkMs = 33,
): SelfTestAnswer {
  const kernel = openKernel(loadKernel(kind).module);
  const [job, round] = [jobInput, roundInput].map((text) => new Uint8Array(Buffer.from(text, 'base64url')));
  return { ticket, digests: chunks.map((chunk) => runChunk(kernel, job!, round!, chunk).digest), chunkMs };
}
