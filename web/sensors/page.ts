import type { Signal } from '../../shared/agent/governor/signals.ts';
import { attempt, listen, type SensorParts, type Stop } from './surroundings.ts';

/** Whether this page is in front. Both are read from the browser whenever asked, so they are as old as the question. */
export interface PageSensor {
  visible(at: number): Signal<boolean>;
  focused(at: number): Signal<boolean>;
  /** Looks whether a change was missed. */
  refresh(): void;
  readonly close: Stop;
}

/**
 * A page that is frozen or put away for the back button may say nothing more, so `freeze` and `pagehide` count as hidden
 * by themselves until it is shown again. Focus is the document's own word: a frame inside it takes the window's focus
 * (`blur`) and leaves the document's.
 */
export function openPage({ page, view }: Pick<SensorParts, 'page' | 'view'>, changed: () => void): PageSensor {
  let isPutAway = false;

  function isVisible(): boolean | undefined {
    if (isPutAway) return false;
    const state = attempt(() => page.visibilityState);
    return state === undefined ? undefined : state === 'visible';
  }
  const isFocused = (): boolean | undefined => attempt(() => page.hasFocus?.());
  const measured = (value: boolean | undefined, at: number): Signal<boolean> =>
    value === undefined ? undefined : { value, source: 'measured', at };

  const look = (): string => `${isVisible()} ${isFocused()}`;
  let seen = look();
  function refresh(): void {
    const before = seen;
    seen = look();
    if (seen !== before) changed();
  }
  const put = (away: boolean) => () => {
    isPutAway = away;
    refresh();
  };
  const stops = [
    listen(page, ['visibilitychange', 'resume'], put(false)),
    listen(page, ['freeze'], put(true)),
    listen(view, ['pageshow'], put(false)),
    listen(view, ['pagehide'], put(true)),
    listen(view, ['focus', 'blur'], refresh),
  ];
  return {
    visible: (at) => measured(isVisible(), at),
    focused: (at) => measured(isFocused(), at),
    refresh,
    close: () => stops.forEach((stop) => stop()),
  };
}
