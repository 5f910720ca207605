import { buildKernels } from '../wasm/build.ts';

/** vitest's global set-up: the tests run the kernels of the sources as they are now. Quick when nothing changed. */
export async function setup(): Promise<void> {
  await buildKernels();
}
