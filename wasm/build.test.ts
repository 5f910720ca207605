import { expect, test } from 'vitest';
import { buildKernels } from './build.ts';
import { loadKernel } from './load-node.ts';
import { kindNames } from './registry.ts';

test('every kind of the registry has its kernel, and building again compiles nothing', async () => {
  const built = await buildKernels();
  expect(built.map(({ kind }) => kind)).toEqual(kindNames.toSorted());
  expect(built.filter(({ compiled }) => compiled)).toEqual([]);
});

test.each(kindNames)('the kernel of %s imports nothing', (kind) => {
  expect(WebAssembly.Module.imports(loadKernel(kind).module)).toEqual([]);
});

test('a kernel that was never built says how to build it', () => {
  expect(() => loadKernel('no-such-kind')).toThrow('node wasm/build.ts');
});
