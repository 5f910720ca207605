import type { Result } from '../../shared/result.ts';
import { isSignedOut, type Problem } from './api.ts';
import { type Observable, writable } from './observable.ts';

/**
 * Something the server keeps and a screen shows. `loading` until the first answer; `ready` with when it was true; a later
 * failure keeps the old value beside its `problem` (stale); `failed` has never had one.
 */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T; readonly at: number; readonly problem: Problem | undefined }
  | { readonly state: 'failed'; readonly problem: Problem };

export interface Resource<T> extends Observable<Loaded<T>> {
  /** Asks the server. Calls while one is under way share it. */
  refresh(): Promise<void>;
  /** What a stream or the reply of a write said. */
  readonly put: (value: T) => void;
}

export function resource<T>(load: () => Promise<Result<T, Problem>>, now: () => number = Date.now): Resource<T> {
  const view = writable<Loaded<T>>({ state: 'loading' });
  let underWay: Promise<void> | undefined;
  const put = (value: T): void => view.write({ state: 'ready', value, at: now(), problem: undefined });

  async function ask(): Promise<void> {
    if (view.read().state === 'failed') view.write({ state: 'loading' });
    const answer = await load();
    if (answer.ok) return put(answer.value);
    const last = view.read();
    // Whoever is signed out sees nothing of before.
    if (last.state === 'ready' && !isSignedOut(answer.error)) view.write({ ...last, problem: answer.error });
    else view.write({ state: 'failed', problem: answer.error });
  }

  return {
    read: view.read,
    subscribe: view.subscribe,
    put,
    refresh: () => (underWay ??= ask().finally(() => (underWay = undefined))),
  };
}

/** The value, fresh or stale. */
export const valueOf = <T>(loaded: Loaded<T>): T | undefined => (loaded.state === 'ready' ? loaded.value : undefined);
