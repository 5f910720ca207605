/** What the page and the worker that answers on this phone say to each other. Bytes are the kind's own. */
export interface AnswerHere {
  readonly kind: string;
  readonly spec: Uint8Array;
  /** Chunks to run in all. */
  readonly chunkCount: number;
}

export type FromLocalWorker =
  | { readonly type: 'progress'; readonly chunksDone: number }
  | { readonly type: 'answer'; readonly answer: Uint8Array }
  | { readonly type: 'failed'; readonly reason: LocalFailure };

/**
 * `no_kernel`: it could not be loaded (offline, mostly). `kernel_differs`: what was loaded is not what was signed
 * for this app. `cannot_run`: this browser runs no WebAssembly, or the kernel refused.
 */
export type LocalFailure = 'no_kernel' | 'kernel_differs' | 'cannot_run';
