import type { ComputeView } from '../../compute/view.ts';

/** We stopped this phone, because its results did not match ours. It is on as far as its driver is concerned. */
export const isStopped = ({ state, reason }: Pick<ComputeView, 'state' | 'reason'>): boolean =>
  state === 'off' && reason === 'device_stopped';
