import { attempt, listen, type SensorParts, type Stop } from './surroundings.ts';

/** Product section 3. A long animation frame is one by its own definition; a `longtask` too. */
const LONG_FRAME_MS = 50;
/** Told again of a use that goes on, at most this often. */
const TOLD_EACH_MS = 1_000;

const TOUCHES = ['pointerdown', 'keydown', 'touchstart'];
const MOVES = ['pointermove', 'wheel', 'scroll'];

export interface InputSensor {
  lastInputAt(): number | undefined;
  lastLongFrameAt(): number | undefined;
  /** Somebody touched the page since it opened, not only scrolled it. */
  wasTapped(): boolean;
  readonly close: Stop;
}

/**
 * When this page was last used, and when it last kept its user waiting. A hundred moves a second cost a reading of the
 * clock each; only the first in a second is told. Input inside a frame of another page is not seen.
 */
export function openInput({ view, now }: Pick<SensorParts, 'view' | 'now'>, changed: () => void): InputSensor {
  let inputAt: number | undefined;
  let longFrameAt: number | undefined;
  let toldAt = -Infinity;
  let wasTapped = false;

  function tell(at: number): void {
    if (at - toldAt < TOLD_EACH_MS) return;
    toldAt = at;
    changed();
  }
  const moved = (): void => tell((inputAt = now()));
  const touched = (): void => {
    wasTapped = true;
    moved();
  };
  const stops = [listen(view, TOUCHES, touched, true), listen(view, MOVES, moved, true)];
  const observer = attempt(() => {
    const Observer = view.PerformanceObserver;
    const type = ['long-animation-frame', 'longtask'].find((one) => Observer?.supportedEntryTypes?.includes(one));
    if (!Observer || !type) return undefined;
    const one = new Observer((list) => {
      const isLong = attempt(() => list.getEntries().some(({ duration }) => duration > LONG_FRAME_MS));
      if (isLong) tell((longFrameAt = now()));
    });
    one.observe({ type });
    return one;
  });
  return {
    lastInputAt: () => inputAt,
    lastLongFrameAt: () => longFrameAt,
    wasTapped: () => wasTapped,
    close() {
      stops.forEach((stop) => stop());
      attempt(() => observer?.disconnect());
    },
  };
}
