import type { Me } from '../../shared/protocol/app.ts';
import { isSignedOut } from './api.ts';
import type { Resource } from './resource.ts';

/** Say on the page that follows why it is the one for signing in. */
export const SIGNED_OUT = 'signed-out';
export const ERASED = 'erased';

/** This page ends its session by itself, and goes where it wants to. */
let isLeaving = false;

/** From now on an ended session is no surprise. Returns what takes that back. */
export function leaving(): () => void {
  isLeaving = true;
  return () => void (isLeaving = false);
}

/**
 * Whoever was in and is not any more, by another phone's “sign out everywhere” perhaps: the page begins anew, so that nothing
 * of theirs is shown on it and nothing runs in their name. Returns how to stop watching.
 */
export function startOverWhenSignedOut(
  me: Pick<Resource<Me>, 'read' | 'subscribe'>,
  go: (path: string) => void,
): () => void {
  let wasIn = false;
  return me.subscribe(() => {
    const now = me.read();
    if (now.state === 'ready') wasIn = true;
    const isOut = now.state === 'failed' && isSignedOut(now.problem);
    if (isOut && wasIn && !isLeaving) go(`/?${SIGNED_OUT}`);
  });
}
