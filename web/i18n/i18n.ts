import { i18n } from '@lingui/core';
import { messages } from './locales/en/first.po';

/** One language for now. Its strings come in two parts: those of the first paint, and the rest with the first other screen. */
export function startLanguage(): typeof i18n {
  i18n.loadAndActivate({ locale: 'en', messages });
  return i18n;
}

let later: Promise<void> | undefined;

export function loadLaterStrings(): Promise<void> {
  later ??= import('./locales/en/later.po').then(
    ({ messages: more }) => i18n.load('en', more),
    (error: unknown) => {
      later = undefined; // what did not load may load the next time
      throw error;
    },
  );
  return later;
}
