/** The languages of the app, and which of them this phone is to be spoken to in. */
export type Language = 'en' | 'es' | 'fil';

const KEY = 'language';

/** The driver's choice; else the first of the browser's languages that we speak; else English. */
export function wantedLanguage(): Language {
  return spoken(read() ?? '') ?? navigator.languages.map(spoken).find(Boolean) ?? 'en';
}

/** A browser that keeps nothing still changes now, and asks the system again next time. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {}
}

/** `es-MX` is Spanish to us; `tl` is what older phones call Filipino. */
function spoken(tag: string): Language | undefined {
  const base = tag.toLowerCase().split('-')[0];
  return base === 'tl' ? 'fil' : base === 'en' || base === 'es' || base === 'fil' ? base : undefined;
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
