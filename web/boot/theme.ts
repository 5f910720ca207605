/** Light or dark: the system's, unless the driver chose one in Settings. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'theme';
/** Under which thumb the buttons stand on a phone on its side (`dock-side.ts`). */
export const DOCK_SIDE_KEY = 'zeus.dock-side';
const dark = matchMedia('(prefers-color-scheme: dark)');

export function themeChoice(): ThemeChoice {
  const stored = keptHere(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // A browser that keeps nothing still changes now, and asks the system again next time.
  }
  apply(choice);
}

/** Before the first paint, and again whenever the system changes. */
export function startTheme(): void {
  apply(themeChoice());
  document.documentElement.dataset['dock'] = keptHere(DOCK_SIDE_KEY) ?? '';
  dark.addEventListener('change', () => apply(themeChoice()));
}

function apply(choice: ThemeChoice): void {
  const isDark = choice === 'dark' || (choice === 'system' && dark.matches);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}

/** What this browser keeps under a key; nothing in one that keeps nothing. */
export function keptHere(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
