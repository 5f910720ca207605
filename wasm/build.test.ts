import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { buildKernels } from './build.ts';
import { kernelPath, loadBaselineKernel, loadKernel, loadSecondKernel } from './load-node.ts';
import { kindNames } from './registry.ts';
import { kernelFault } from './runtime/contract.ts';
import { SIMD_PROBE } from './runtime/features.ts';

test('every kind of the registry has its kernel, and building again compiles nothing', async () => {
  const built = await buildKernels();
  expect(built.map(({ kind }) => kind)).toEqual(kindNames.toSorted());
  expect(built.filter(({ compiled }) => compiled)).toEqual([]);
});

test.each(kindNames)('no build of the kernel of %s imports anything, and its memory has a cap', (kind) => {
  for (const load of [loadKernel, loadBaselineKernel, loadSecondKernel]) {
    const { bytes, module } = load(kind);
    expect(kernelFault(bytes, module)).toBeUndefined();
  }
});

test.each(kindNames)('the baseline of %s runs where there is no SIMD', (kind) => {
  // V8 takes SIMD from a processor without SSE 4.1: such a phone, as near as this machine comes to it.
  const script = `
    const [probe, kernel] = ['${Buffer.from(SIMD_PROBE).toString('hex')}', process.argv[1]];
    const fits = (bytes) => WebAssembly.validate(bytes);
    process.stdout.write([fits(Buffer.from(probe, 'hex')), fits(require('node:fs').readFileSync(kernel))].join());
  `;
  const run = (...flags: string[]): string =>
    execFileSync(process.execPath, [...flags, '-e', script, kernelPath(kind, 'baseline')], { encoding: 'utf8' });
  expect(run()).toBe('true,true');
  if (process.arch === 'x64') expect(run('--no-enable-sse4-1')).toBe('false,true');
});

test.each(kindNames)('the second build of %s is another module with the same exports', (kind) => {
  const [first, second] = [loadKernel(kind), loadSecondKernel(kind)];
  expect(second.hash).not.toEqual(first.hash);
  expect(WebAssembly.Module.exports(second.module)).toEqual(WebAssembly.Module.exports(first.module));
});

test('a kernel that was never built says how to build it', () => {
  expect(() => loadKernel('no-such-kind')).toThrow('node wasm/build.ts');
  expect(() => loadSecondKernel('no-such-kind')).toThrow('node wasm/build.ts');
});
