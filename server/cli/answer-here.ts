import { randomInt } from 'node:crypto';
import { loadKernel } from '../../wasm/load-node.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { answerLocally } from '../../wasm/runtime/answer-locally.ts';
import { openKernel } from '../../wasm/runtime/kernel.ts';
import { CliError } from './cli-error.ts';

/** One unit: less than a second here, a few on a phone. */
const CHUNKS = 64;

/** What the asking phone does with a small request, done by this process: the same kernel, nothing sent. */
export function answerHere(kindName: string, request: unknown): unknown {
  const kind = kindNamed(kindName);
  if (!kind) throw new CliError('unknown_kind', `There is no kind “${kindName}”.`);
  const read = kind.read(request);
  if (!read.ok) throw new CliError(read.error.code, read.error.message);
  return answerLocally({
    kind,
    kernel: openKernel(loadKernel(kindName).module),
    spec: read.value,
    chunkCount: CHUNKS,
    rng: { u32: () => randomInt(0x1_0000_0000) },
  });
}
