import { expect, test } from 'vitest';
import { buildKernels } from './build.ts';
import { loadKernel, loadSecondKernel } from './load-node.ts';
import { kindNames } from './registry.ts';

test('every kind of the registry has its kernel, and building again compiles nothing', async () => {
  const built = await buildKernels();
  expect(built.map(({ kind }) => kind)).toEqual(kindNames.toSorted());
  expect(built.filter(({ compiled }) => compiled)).toEqual([]);
});

test.each(kindNames)('neither build of the kernel of %s imports anything', (kind) => {
  expect(WebAssembly.Module.imports(loadKernel(kind).module)).toEqual([]);
  expect(WebAssembly.Module.imports(loadSecondKernel(kind).module)).toEqual([]);
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
