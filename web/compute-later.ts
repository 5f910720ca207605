import type { Compute, ComputeView } from './compute/view.ts';

const OFF: ComputeView = {
  state: 'off',
  reason: undefined,
  shares: [],
  share: 0,
  cores: 0,
  ends: [],
  byConsent: false,
  isPaused: false,
  battery: undefined,
  half: [],
  unknown: [],
  working: undefined,
  unitsDone: 0,
  bytes: 0,
};
/** Turned on, and its code still on the way. */
const OPENING: ComputeView = { ...OFF, state: 'connecting' };

/**
 * Computing, loaded when it is first turned on: a driver who never opts in never loads it, and the first paint of one who
 * did does not wait for it. Off until then.
 */
export function computeLater(open: () => Promise<Compute>): Compute {
  const listeners = new Set<() => void>();
  let compute: Compute | undefined;
  let opening: Promise<Compute> | undefined;
  const tell = (): void => listeners.forEach((listener) => listener());

  async function openNow(): Promise<Compute> {
    try {
      const opened = await open();
      compute = opened;
      opened.subscribe(tell);
      return opened;
    } catch (error) {
      opening = undefined; // a chunk that did not load may load the next time
      throw error;
    } finally {
      tell();
    }
  }

  return {
    view: () => compute?.view() ?? (opening ? OPENING : OFF),
    signals: () => compute?.signals(),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async enable() {
      opening ??= openNow();
      tell();
      await (await opening).enable();
    },
    // After an `enable` under way, never before it.
    async disable() {
      await (await opening)?.disable();
    },
  };
}
