import type { Compute, ComputeView } from '../compute/view.ts';

/**
 * A part is under way that a reload would throw away. A rest that only waits for a quiet thumb is no end of it: the tap on
 * “Update” itself begins one, and it is shown only while there is work.
 */
const holdsPart = ({ state, reason }: ComputeView): boolean =>
  state === 'computing' || (state === 'resting' && reason === 'in_use');

/** Calls back when nothing computes: now, or when the part under way is done or given up. True when it has to wait. */
export function afterPart(compute: Pick<Compute, 'view' | 'subscribe'>, then: () => void): boolean {
  const before = compute.view();
  if (!holdsPart(before)) {
    then();
    return false;
  }
  const stop = compute.subscribe(() => {
    const view = compute.view();
    if (view.unitsDone === before.unitsDone && holdsPart(view)) return;
    stop();
    then();
  });
  return true;
}
