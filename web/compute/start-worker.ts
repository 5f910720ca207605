/// <reference types="vite/client" />
import { startWorker } from '../local/trusted-worker.ts';
// oxlint-disable-next-line import/default -- Vite makes this module: the address the worker's bundle gets.
import workerUrl from '../worker/task.worker.ts?worker&url';

/** A build is one file without imports: what ignores `type: 'module'` (Safari before 15) runs it too. */
export const startTaskWorker = (): Worker => startWorker(workerUrl, 'task');
