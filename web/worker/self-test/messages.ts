import type { Digest } from '../../../shared/protocol/output.ts';

/** What the page and the worker that tests this phone say to each other. One test, one worker. */
export interface RunSelfTest {
  readonly module: WebAssembly.Module;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
  /** Places in the round. */
  readonly chunks: readonly number[];
}

export type FromSelfTest =
  | { readonly type: 'progress'; readonly chunksDone: number }
  /** `chunkMs`: the median, so that a moment's stutter does not make a fast phone slow. */
  | { readonly type: 'tested'; readonly digests: readonly Digest[]; readonly chunkMs: number }
  | { readonly type: 'failed' };
