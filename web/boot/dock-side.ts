/** On which side the buttons stand when the phone lies on its side: under the thumb that holds it. Right unless chosen. */
export type DockSide = 'left' | 'right';

const KEY = 'zeus.dock-side';

export function dockSide(): DockSide {
  try {
    return localStorage.getItem(KEY) === 'left' ? 'left' : 'right';
  } catch {
    return 'right';
  }
}

/** Holds at once; a browser that keeps nothing forgets it with this page. */
export function chooseDockSide(side: DockSide): void {
  try {
    localStorage.setItem(KEY, side);
  } catch {}
  document.documentElement.dataset['dock'] = side;
}

/** Before the first paint. */
export const startDockSide = (): void => void (document.documentElement.dataset['dock'] = dockSide());
