import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { pcg32 } from '../shared/rng.ts';
import type { TaskKind } from '../wasm/kind.ts';
import { routePlanWith } from '../wasm/kinds/route-plan/kind.ts';
import { tiny } from '../wasm/kinds/tiny/kind.ts';
import { kernelPath, loadKernel } from '../wasm/load-node.ts';
import { ALL_OPS, openKernel } from '../wasm/runtime/kernel.ts';
import { openTask } from '../wasm/runtime/run-task.ts';
import type { KernelReply, KernelRequest } from './site/kernel.worker.ts';

/** Not in TypeScript's DOM library. */
interface TrustedTypePolicies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string };
}

/** One task of each kind: big enough to be compiled hot, small enough for a test. */
const TASKS = [
  taskOf(tiny, { numbers: Array.from({ length: 4000 }, (_, i) => (i * 7919) % 100_003), units: 2 }),
  taskOf(routePlanWith(200_000), fixture('new-york-1000.csv')),
];

function fixture(name: string) {
  const kind = routePlanWith(1);
  const read = kind.read(readFileSync(join(import.meta.dirname, '../wasm/kinds/route-plan/fixtures', name), 'utf8'));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

function taskOf<Spec, Answer>(kind: TaskKind<Spec, Answer>, spec: Spec) {
  return { kind: kind.name, jobInput: kind.blind(spec, pcg32(9n)).jobInput };
}

for (const { kind, jobInput } of TASKS) {
  test(`a Web Worker computes the same output of ${kind} as Node, from the same module`, async ({ page }) => {
    const loaded = loadKernel(kind);
    const task = openTask(openKernel(loaded.module), {
      jobInput,
      roundInput: new Uint8Array(0),
      taskIndex: 1,
      scoreToBeat: 0xffff_ffff,
    });
    while (!task.advance(ALL_OPS));
    const expected = createHash('sha256').update(task.output()).digest('hex');

    // the very file, under a name of its own, so that no set-up of the page's server matters
    await page.route('**/kernel-under-test.wasm', (route) =>
      route.fulfill({
        path: kernelPath(kind),
        contentType: 'application/wasm',
        headers: { 'cross-origin-resource-policy': 'same-origin' },
      }),
    );
    await page.goto('/e2e/site/index.html');
    const request: KernelRequest = {
      url: '/kernel-under-test.wasm',
      jobInput: [...jobInput],
      taskIndex: 1,
      budgetOps: 37_000,
    };
    const reply = await page.evaluate(async (asked) => {
      // the page requires Trusted Types: an address becomes a script's only through a policy
      const { trustedTypes } = globalThis as unknown as { trustedTypes: TrustedTypePolicies };
      const policy = trustedTypes.createPolicy('kernel-test', { createScriptURL: (url) => url });
      const worker = new Worker(policy.createScriptURL('/e2e/site/kernel.worker.ts'), { type: 'module' });
      const answered = await new Promise<KernelReply>((resolve, reject) => {
        worker.addEventListener('message', ({ data }: MessageEvent<KernelReply>) => resolve(data));
        worker.addEventListener('error', (event) => reject(new Error(event.message)));
        worker.postMessage(asked);
      });
      worker.terminate();
      return answered;
    }, request);

    expect(reply).toEqual({ moduleHash: Buffer.from(loaded.hash).toString('hex'), outputHash: expected });
  });
}
