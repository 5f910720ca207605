/** What this browser remembers of the offer to install. One that keeps nothing offers again. */
const KEY = 'install';

type Remembered = 'never' | 'offered' | 'dismissed';

function read(): Remembered {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'offered' || stored === 'dismissed' ? stored : 'never';
  } catch {
    return 'never';
  }
}

function write(remembered: Remembered): void {
  try {
    localStorage.setItem(KEY, remembered);
  } catch {
    // Dismissed for as long as this page is open.
  }
}

let isDismissedHere = false;

/** Gone for good, on this browser. */
export function dismissInstall(): void {
  isDismissedHere = true;
  write('dismissed');
}

export const isInstallDismissed = (): boolean => isDismissedHere || read() === 'dismissed';

/** True for the first answer alone. */
export function firstAnswer(): boolean {
  if (read() !== 'never') return false;
  write('offered');
  return true;
}
