/**
 * Does route-plan reach the proven optima within the units that policy grants? For each TSPLIB fixture and 20 seeds of
 * blinding: runs chunks of the job in order and says at which one the optimum was first met.
 *
 *   node evidence/optima.ts [--seeds 20] [--json]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pcg32 } from '../shared/rng.ts';
import { buildKernels } from '../wasm/build.ts';
import { routePlan } from '../wasm/kinds/route-plan/kind.ts';
import { loadKernel } from '../wasm/load-node.ts';
import { openKernel } from '../wasm/runtime/kernel.ts';
import { runChunk } from '../wasm/runtime/run-chunk.ts';

/** Proven optima with rounded distances (TSPLIB), and the units a request of this size gets. */
const INSTANCES = [
  { name: 'berlin52', optimum: 7542, units: 8 },
  { name: 'kroA100', optimum: 21282, units: 8 },
  { name: 'a280', optimum: 2579, units: 16 },
] as const;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const seedCount = Number(values.seeds);

await buildKernels();
const kernel = openKernel(loadKernel('route-plan').module);
const report = INSTANCES.map(({ name, optimum, units }) => {
  const read = routePlan.read(
    readFileSync(`${import.meta.dirname}/../wasm/kinds/route-plan/fixtures/${name}.tsp`, 'utf8'),
  );
  if (!read.ok) throw new Error(read.error.message);
  const chunksNeeded = Array.from({ length: seedCount }, (_, seed) => {
    const { jobInput, key } = routePlan.blind(read.value, pcg32(BigInt(seed)));
    for (let i = 0; i < units * 64; i++) {
      const { digest, candidate } = runChunk(kernel, jobInput, new Uint8Array(0), i);
      if (routePlan.certify(read.value, key, candidate)?.value === optimum && digest.score === optimum) return i + 1;
    }
    return undefined;
  });
  const found = chunksNeeded.filter((chunks) => chunks !== undefined).toSorted((a, b) => a - b);
  const median = found[found.length >> 1];
  return {
    name,
    optimum,
    units,
    seeds: seedCount,
    exact: found.length,
    chunks: units * 64,
    median,
    worst: found.at(-1),
  };
});

if (values.json) console.log(JSON.stringify(report));
else {
  for (const row of report) {
    const first = `first met after ${row.median} chunks (median), ${row.worst} (worst)`;
    console.log(`${row.name} ${row.optimum}: ${row.exact} of ${row.seeds} seeds within ${row.chunks} chunks; ${first}`);
  }
}
