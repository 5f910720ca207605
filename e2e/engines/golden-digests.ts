import { must } from '../../shared/assert.ts';
import { MANIFEST_PATH } from '../../shared/protocol/kernel-manifest.ts';
import { loadBaselineKernel, loadKernel } from '../../wasm/load-node.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { openKernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import { GOLDEN_KIND, goldenInput } from '../../server/services/golden-input.ts';
import { routeTask } from '../../web/compute/testing/tasks.ts';
import type { EnginePage } from './engine.ts';

const CHUNKS = [0, 1, 2, 3];

/** Digests of the first chunks of both inputs, score and hash, of each build. */
export type Digests = Readonly<Record<'simd' | 'baseline', readonly string[] | string>>;

/**
 * The input that phones are tested with, on which every chunk finds the best tour of all; and a thousand stops with so little
 * work a chunk that each ends somewhere else.
 */
const INPUTS = [goldenInput(must(kindNamed(GOLDEN_KIND), GOLDEN_KIND)).jobInput, routeTask(400_000).jobInput];
const NOTHING = new Uint8Array(0);

/** What Node makes of it. */
export function digestsInNode(): Digests {
  const of = (module: WebAssembly.Module): readonly string[] => {
    const kernel = openKernel(module);
    return INPUTS.flatMap((input) =>
      CHUNKS.map((chunk) => {
        const { score, hash } = runChunk(kernel, input, NOTHING, chunk).digest;
        return `${score}.${hash}`;
      }),
    );
  };
  return { simd: of(loadKernel(GOLDEN_KIND).module), baseline: of(loadBaselineKernel(GOLDEN_KIND).module) };
}

/**
 * What this engine makes of both builds as the server serves them, whichever of the two the app would take. A build that
 * it does not compile is its error's text.
 */
export const digestsIn = (page: EnginePage): Promise<Digests> =>
  page.evaluate<Digests>(`(async () => {
    const { signed } = await (await fetch(${JSON.stringify(MANIFEST_PATH)})).json();
    const { builds } = JSON.parse(signed).kernels.find(({ kind }) => kind === ${JSON.stringify(GOLDEN_KIND)});
    const inputs = ${JSON.stringify(INPUTS.map((input) => [...input]))};
    const digests = {};
    for (const { features, hash } of builds) {
      try {
        const bytes = await (await fetch('/kernels/' + hash + '.wasm')).arrayBuffer();
        const kernel = (await WebAssembly.instantiate(bytes)).instance.exports;
        digests[features] = inputs.flatMap((input) => {
          const at = kernel.inputAt(input.length, 0);
          new Uint8Array(kernel.memory.buffer).set(input, at);
          while (kernel.prepare(1e6) > 0);
          return ${JSON.stringify(CHUNKS)}.map((chunk) => {
            kernel.startChunk(chunk);
            while (kernel.step(1e6) > 0);
            const view = new DataView(kernel.memory.buffer, kernel.digestAt(), 8);
            return view.getUint32(0, true) + '.' + view.getUint32(4, true);
          });
        });
      } catch (error) {
        digests[features] = String(error);
      }
    }
    return digests;
  })()`);
