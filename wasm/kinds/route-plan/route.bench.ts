/**
 * What the route kernel's figures rest on, all in one run on one core, variants interleaved and the best of the rounds
 * taken per chunk, so that a busy neighbour disturbs both sides or neither:
 *
 *   - time: milliseconds a chunk, and how far it strays from 13 ms over instances of 52 to 1,000 stops
 *   - speed: the plain TypeScript port ÷ the kernel, on the same chunks with equal digests (bar: geometric mean ≥ 1.38)
 *   - baseline: the build without SIMD ÷ the kernel (no bar: it is for old phones)
 *   - slices: the same chunk in slices of about 16 ms ÷ in one go (bar: ≤ 1.01)
 *   - size: the module under brotli (bar: ≤ 3 KiB)
 *
 *   node wasm/kinds/route-plan/route.bench.ts [--rounds 9] [--json]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { pcg32, unit } from '../../../shared/rng.ts';
import { buildKernels } from '../../build.ts';
import { loadBaselineKernel, loadKernel } from '../../load-node.ts';
import { openKernel } from '../../runtime/kernel.ts';
import { type ChunkResult, runChunk } from '../../runtime/run-chunk.ts';
import type { RouteSpec, Stop } from './codec.ts';
import { OPS_PER_CHUNK, routePlan, routePlanWith } from './kind.ts';
import { prepareReference, runReference } from './testing/reference.ts';

const TARGET_MS = 13;
const CHUNKS = [0, 1, 2, 3];
const NOTHING = new Uint8Array(0);

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);

await buildKernels();
const loaded = loadKernel('route-plan');
const kernel = openKernel(loaded.module);
const baseline = loadBaselineKernel('route-plan');
const baselineKernel = openKernel(baseline.module);

const random = (count: number): RouteSpec => {
  const rng = pcg32(BigInt(count));
  return { metric: 'euclid', stops: Array.from({ length: count }, (): Stop => [unit(rng) * 1e4, unit(rng) * 1e4]) };
};
const fixture = (name: string): RouteSpec => {
  const read = routePlan.read(readFileSync(`${import.meta.dirname}/fixtures/${name}`, 'utf8'));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
};

const INSTANCES: readonly (readonly [name: string, spec: RouteSpec, raced: boolean])[] = [
  ['berlin52', fixture('berlin52.tsp'), true],
  ['kroA100', fixture('kroA100.tsp'), true],
  ['new-york-150', fixture('sample-places.csv'), false],
  ['a280', fixture('a280.tsp'), true],
  ['random-442', random(442), true],
  ['random-700', random(700), false],
  ['new-york-1000', fixture('new-york-1000.csv'), true],
];

function timed<T>(work: () => T): readonly [ms: number, value: T] {
  const from = performance.now();
  const value = work();
  return [performance.now() - from, value];
}

function runInSlices(jobInput: Uint8Array, index: number): ChunkResult {
  kernel.load(jobInput, NOTHING);
  kernel.startChunk(index);
  // 16 ms slices end anywhere in a chunk: here each chunk is cut in two places
  while (kernel.step(OPS_PER_CHUNK / 2.5) > 0);
  return { digest: kernel.digest(), candidate: kernel.candidate() };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const geometricMean = (numbers: readonly number[]): number => Math.exp(mean(numbers.map(Math.log)));
const best = (runs: number[][]): number => mean(runs.map((times) => Math.min(...times)));

/** Sliced and straight differ by less than a neighbour's noise: the middle of the ratios within a round, not the best. */
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

const rows = INSTANCES.map(([name, spec, raced]) => {
  const { jobInput } = routePlanWith(OPS_PER_CHUNK).blind(spec, pcg32(1n));
  const [prepareMs] = timed(() => {
    kernel.load(jobInput, NOTHING);
    while (kernel.prepare(1 << 20) > 0);
  });
  runChunk(baselineKernel, jobInput, NOTHING, 0);
  prepareReference(jobInput, NOTHING);
  const withoutSimd: number[] = [];
  const straight: number[][] = CHUNKS.map(() => []);
  const sliced: number[][] = CHUNKS.map(() => []);
  const plain: number[][] = CHUNKS.map(() => []);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const i of CHUNKS) {
      const first = round % 2 === 0; // who goes first changes
      const a = first ? timed(() => runChunk(kernel, jobInput, NOTHING, i)) : undefined;
      const [slicedMs, cut] = timed(() => runInSlices(jobInput, i));
      const [wholeMs, whole] = a ?? timed(() => runChunk(kernel, jobInput, NOTHING, i));
      if (cut.digest.hash !== whole.digest.hash) throw new Error(`${name}: slices change chunk ${i}`);
      const [baselineMs, scalar] = timed(() => runChunk(baselineKernel, jobInput, NOTHING, i));
      if (scalar.digest.hash !== whole.digest.hash) throw new Error(`${name}: the baseline differs on chunk ${i}`);
      withoutSimd.push(baselineMs / wholeMs);
      straight[i]!.push(wholeMs);
      sliced[i]!.push(slicedMs);
      ratios.push(slicedMs / wholeMs);
      if (!raced) continue;
      const [plainMs, port] = timed(() => runReference(i));
      if (port.digest.hash !== whole.digest.hash) throw new Error(`${name}: the port differs on chunk ${i}`);
      plain[i]!.push(plainMs);
    }
  }
  const chunkMs = best(straight);
  return {
    name,
    stops: spec.stops.length,
    prepareMs,
    chunkMs,
    baselineToKernel: median(withoutSimd),
    ofTarget: chunkMs / TARGET_MS,
    slicedToStraight: median(ratios),
    ...(raced && { typescriptToKernel: best(plain) / chunkMs }),
  };
});

const chunkMs = geometricMean(rows.map((row) => row.chunkMs));
const report = {
  rows,
  chunkMs,
  /** How even: the farthest any instance is from the mean. */
  spread: Math.max(...rows.map((row) => Math.max(row.chunkMs / chunkMs, chunkMs / row.chunkMs))) - 1,
  opsPerChunk: OPS_PER_CHUNK,
  opsFor13Ms: Math.round((OPS_PER_CHUNK * TARGET_MS) / chunkMs),
  typescriptToKernel: geometricMean(rows.flatMap((row) => row.typescriptToKernel ?? [])),
  slicedToStraight: median(rows.map((row) => row.slicedToStraight)),
  baselineToKernel: geometricMean(rows.map((row) => row.baselineToKernel)),
  baselineBytes: baseline.bytes.length,
  wasmBytes: loaded.bytes.length,
  brotliBytes: brotliCompressSync(loaded.bytes).length,
};

if (values.json) console.log(JSON.stringify(report));
else {
  for (const row of rows) {
    const raced =
      row.typescriptToKernel === undefined ? '' : `, TypeScript takes ${row.typescriptToKernel.toFixed(2)} ×`;
    const even = `${row.chunkMs.toFixed(2)} ms a chunk, prepared in ${row.prepareMs.toFixed(1)} ms`;
    const scalar = `without SIMD ${row.baselineToKernel.toFixed(3)} ×`;
    console.log(`${row.name}: ${even}, ${scalar}, in slices ${row.slicedToStraight.toFixed(3)} ×${raced}`);
  }
  console.log(
    `chunk: ${chunkMs.toFixed(2)} ms (13 wanted), even to ±${(100 * report.spread).toFixed(1)} % from 52 to 1,000 stops`,
  );
  console.log(`13 ms here would be ${report.opsFor13Ms} ops; the kind's version says ${OPS_PER_CHUNK}`);
  console.log(`plain TypeScript ÷ kernel: ${report.typescriptToKernel.toFixed(2)} (bar 1.38)`);
  console.log(`baseline ÷ kernel: ${report.baselineToKernel.toFixed(3)}; ${report.baselineBytes} B`);
  console.log(`slices ÷ straight: ${report.slicedToStraight.toFixed(4)} (bar 1.01)`);
  console.log(`size: ${report.wasmBytes} B, ${report.brotliBytes} B with brotli (bar 3,072)`);
}
