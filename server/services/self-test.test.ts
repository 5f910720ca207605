import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { deviceId } from '../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { loadKernel } from '../../wasm/load-node.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { openKernel, type Kernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import type { RerunRequest } from '../core/ports.ts';
import { computeSelfTest } from '../testing/compute-self-test.ts';
import { GOLDEN_KIND, goldenInput } from './golden-input.ts';
import { SelfTests, TEST_CHUNKS } from './self-test.ts';

const PHONE = deviceId(7);
const golden = goldenInput(must(kindNamed(GOLDEN_KIND), GOLDEN_KIND));

let kernel: Kernel;
let now = 0;
let asked: RerunRequest[] = [];
let tests: SelfTests;

const testsWith = (key: string): SelfTests =>
  new SelfTests({
    audit: {
      async rerun(request) {
        asked.push(request);
        const runs = request.chunks.map((chunk) =>
          runChunk(kernel, request.jobInput, request.roundInput, request.task * CHUNKS_PER_TASK + chunk),
        );
        return { digests: runs.map(({ digest }) => digest), candidate: new Uint8Array() };
      },
    },
    secrets: { auditMac: (bytes) => createHmac('sha256', key).update(bytes).digest() },
    input: golden,
    kernelHash: loadKernel(GOLDEN_KIND).hash,
    clock: () => now,
  });

beforeAll(() => void (kernel = openKernel(loadKernel(GOLDEN_KIND).module)));
beforeEach(() => {
  now = 1_800_000_000_000;
  asked = [];
  tests = testsWith('key');
});

test('a phone that computes as we do passes, with its speed', async () => {
  const drawn = tests.draw(PHONE);
  now += 3 * SECOND;
  expect(await tests.check(PHONE, computeSelfTest(drawn, 33))).toEqual({ ok: true, value: 33 });
});

test('it is never slower than the time since the draw', async () => {
  const drawn = tests.draw(PHONE);
  now += 2_400;
  expect(await tests.check(PHONE, computeSelfTest(drawn, 60_000))).toEqual({ ok: true, value: 2_400 / TEST_CHUNKS });
});

test('the chunks are distinct, of one task, and others the next time and for another phone', () => {
  const draws = [tests.draw(PHONE), tests.draw(PHONE), tests.draw(deviceId(8))].map(({ chunks }) => chunks);
  for (const chunks of draws) {
    expect(new Set(chunks).size).toBe(TEST_CHUNKS);
    expect(new Set(chunks.map((chunk) => Math.floor(chunk / CHUNKS_PER_TASK))).size).toBe(1);
  }
  expect(new Set(draws.map(String)).size).toBe(3);
});

test('one wrong digest anywhere is enough, and what comes after it is not run here', async () => {
  for (const at of [0, TEST_CHUNKS - 1]) {
    asked = [];
    const answer = computeSelfTest(tests.draw(PHONE));
    const digests = answer.digests.map((digest, i) =>
      i === at ? { ...digest, hash: (digest.hash ^ 1) >>> 0 } : digest,
    );
    expect(await tests.check(PHONE, { ...answer, digests })).toEqual({ ok: false, error: 'self_test_failed' });
    const run = asked.reduce((sum, { chunks }) => sum + chunks.length, 0);
    expect(run).toBe(at === 0 ? 4 : TEST_CHUNKS);
  }
});

test('too few digests are a wrong answer, and cost us nothing', async () => {
  const answer = computeSelfTest(tests.draw(PHONE));
  const short = { ...answer, digests: answer.digests.slice(1) };
  expect(await tests.check(PHONE, short)).toEqual({ ok: false, error: 'self_test_failed' });
  expect(asked).toEqual([]);
});

test('a ticket is good once, for five minutes, for its own phone and from this server', async () => {
  const missing = { ok: false, error: 'self_test_missing' };
  const used = computeSelfTest(tests.draw(PHONE));
  expect((await tests.check(PHONE, used)).ok).toBe(true);
  expect(await tests.check(PHONE, used)).toEqual(missing);

  const late = computeSelfTest(tests.draw(PHONE));
  now += 5 * MINUTE;
  expect(await tests.check(PHONE, late)).toEqual(missing);

  const other = computeSelfTest(tests.draw(deviceId(8)));
  expect(await tests.check(PHONE, other)).toEqual(missing);
  const foreign = computeSelfTest(testsWith('another key').draw(PHONE));
  expect(await tests.check(PHONE, foreign)).toEqual(missing);
  for (const ticket of ['', 'x', '€', 'A'.repeat(43)]) {
    expect(await tests.check(PHONE, { ...used, ticket })).toEqual(missing);
  }
});

test('a failed test may be tried again, with a new ticket only', async () => {
  const answer = computeSelfTest(tests.draw(PHONE));
  const wrong = { ...answer, digests: answer.digests.map(({ score, hash }) => ({ score, hash: (hash ^ 1) >>> 0 })) };
  expect((await tests.check(PHONE, wrong)).ok).toBe(false);
  expect(await tests.check(PHONE, answer)).toEqual({ ok: false, error: 'self_test_missing' });
  expect((await tests.check(PHONE, computeSelfTest(tests.draw(PHONE)))).ok).toBe(true);
});

test('a server started again knows no ticket of before, used or not, and draws anew', async () => {
  const [used, unused] = [computeSelfTest(tests.draw(PHONE)), computeSelfTest(tests.draw(PHONE))];
  expect((await tests.check(PHONE, used)).ok).toBe(true);
  const again = testsWith('key');
  for (const answer of [used, unused])
    expect(await again.check(PHONE, answer)).toEqual({ ok: false, error: 'self_test_missing' });
  expect((await again.check(PHONE, computeSelfTest(again.draw(PHONE)))).ok).toBe(true);
});

test('the sample is the same at every start', () => {
  expect(goldenInput(must(kindNamed(GOLDEN_KIND), GOLDEN_KIND))).toEqual(golden);
});
