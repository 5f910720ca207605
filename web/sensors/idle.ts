import type { Signal } from '../../shared/agent/governor/signals.ts';
import { keepFact } from './kept-fact.ts';
import { attempt, listen, type IdleWatch, type SensorParts, type Stop } from './surroundings.ts';

/** The shortest that the specification allows. */
const THRESHOLD_MS = 60_000;

export interface IdleSensor {
  fact(): Signal<boolean>;
  refresh(): void;
  readonly close: Stop;
}

/**
 * Idle Detection, only where it was granted before: this never asks. Chromium; on Android “idle” means that the screen is
 * off.
 */
export function openIdle(
  { phone, view, now }: Pick<SensorParts, 'phone' | 'view' | 'now'>,
  changed: () => void,
): IdleSensor {
  const { fact, say } = keepFact<boolean>('measured', now, changed);
  const given = new AbortController();
  const { signal } = given;
  let detector: IdleWatch | undefined;
  let stop: Stop | undefined;

  function refresh(): void {
    if (!detector || signal.aborted) return;
    const state = attempt(() => detector?.userState);
    say(state === 'active' ? true : state === 'idle' ? false : undefined);
  }
  async function start(): Promise<void> {
    const Detector = view.IdleDetector;
    if (!Detector) return;
    const permission = await phone.permissions?.query({ name: 'idle-detection' });
    if (permission?.state !== 'granted' || signal.aborted) return;
    const one = new Detector();
    stop = listen(one, ['change'], refresh);
    await one.start({ threshold: THRESHOLD_MS, signal });
    detector = one;
    refresh();
  }
  start().catch(() => stop?.());
  return {
    fact,
    refresh,
    close() {
      given.abort();
      stop?.();
    },
  };
}
