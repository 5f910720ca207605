import { DOCK_SIDE_KEY, keptHere } from './theme.ts';

/**
 * On which side the buttons stand when the phone lies on its side: under the thumb that holds it. Right unless chosen.
 * `startTheme` sets it before the first paint; this loads with the setting.
 */
export type DockSide = 'left' | 'right';

export const dockSide = (): DockSide => (keptHere(DOCK_SIDE_KEY) === 'left' ? 'left' : 'right');

/** Holds at once; a browser that keeps nothing forgets it with this page. */
export function chooseDockSide(side: DockSide): void {
  try {
    localStorage.setItem(DOCK_SIDE_KEY, side);
  } catch {
    // Said above.
  }
  document.documentElement.dataset['dock'] = side;
}
