import { expect, test } from 'vitest';
import { bestChunk, CHUNKS_PER_TASK, digestAt, encodeOutput, equalDigests } from '../../../shared/protocol/output.ts';
import { below } from '../../../shared/rng.ts';
import { lieIn, sharedRng } from './lie.ts';
import { quickRng } from './quick-rng.ts';

const rng = quickRng(7, 7);
const honest = (): Uint8Array =>
  encodeOutput(
    Array.from({ length: CHUNKS_PER_TASK }, () => ({ score: below(rng, 1 << 20), hash: rng.u32() })),
    new Uint8Array(4),
  );
const chunksThatDiffer = (a: Uint8Array, b: Uint8Array): readonly number[] =>
  Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => chunk).filter(
    (chunk) => !equalDigests(digestAt(a, chunk), digestAt(b, chunk)),
  );

test('a sparse lie is about one chunk, and no answer rests on it', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 2_000; i++) {
    const output = honest();
    const lied = lieIn(output, 'sparse', rng);
    expect(chunksThatDiffer(output, lied)).toHaveLength(1);
    expect(bestChunk(lied)).toEqual(bestChunk(output));
    for (const chunk of chunksThatDiffer(output, lied)) seen.add(chunk);
  }
  expect(seen.size).toBe(CHUNKS_PER_TASK);
});

test('a hiding lie makes the best chunk look worse, and nothing else', () => {
  for (let i = 0; i < 200; i++) {
    const output = honest();
    const lied = lieIn(output, 'hiding', rng);
    const { chunk, digest } = bestChunk(output);
    expect(chunksThatDiffer(output, lied)).toEqual([chunk]);
    expect(digestAt(lied, chunk).score).toBeGreaterThan(digest.score);
  }
});

test('colluders say the same about a task, and something else about another', () => {
  const output = honest();
  const about = (jobId: number, task: number): Uint8Array => lieIn(output, 'sparse', sharedRng(jobId, task, quickRng));
  expect(about(5, 3)).toEqual(about(5, 3));
  expect(about(5, 3)).not.toEqual(about(5, 4));
  expect(about(5, 3)).not.toEqual(about(6, 3));
});
