/**
 * Three languages, each in two parts: the strings of the first paint, and the rest with the first other screen. English's
 * first part is in the entry, 3 kB, so that there is always a language to fall back to; the others load when they are wanted.
 * A part that does not load makes the whole app English. It is tried again with each new screen and when the app is opened again;
 * Chromium remembers a failed module for as long as the page lives, so there only the second helps.
 */
import { i18n, type Messages } from '@lingui/core';
import { type Language, wantedLanguage } from './language.ts';
import { messages } from './locales/en/first.po';

type Load = () => Promise<{ readonly messages: Messages }>;

const FIRST: Readonly<Record<string, Load>> = {
  es: () => import('./locales/es/first.po'),
  fil: () => import('./locales/fil/first.po'),
};
const LATER: Readonly<Record<string, Load>> = {
  en: () => import('./locales/en/later.po'),
  es: () => import('./locales/es/later.po'),
  fil: () => import('./locales/fil/later.po'),
};

/** The first paint waits this long for its language, then speaks English. */
const WAIT_MS = 3_000;

let wanted: Language;
/** Some other screen was opened: a language is whole only with its later strings. */
let isLater = false;
/** What is here or on its way. */
const loads = new Map<Load | undefined, Promise<void>>();

/** Before the first paint, which is then in the right language at once. */
export async function startLanguage(language = wantedLanguage()): Promise<typeof i18n> {
  i18n.on('change', () => void (document.documentElement.lang = i18n.locale));
  i18n.loadAndActivate({ locale: 'en', messages });
  await Promise.race([speak(language), new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
  return i18n;
}

/** Switches once all strings that are needed now are here; if they do not load, the app goes on as it is. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  if (language === i18n.locale) return;
  try {
    await Promise.all([load(language, FIRST), isLater && load(language, LATER)]);
    // Somebody may have chosen anew meanwhile, or opened a screen.
    if (wanted === language && (!isLater || loads.has(LATER[language]))) i18n.activate(language);
  } catch {}
}

/** For a screen, before it is drawn. */
export async function loadLaterStrings(): Promise<void> {
  isLater = true;
  await speak(wanted);
  try {
    await load(i18n.locale, LATER);
  } catch {
    await load('en', LATER);
    i18n.activate('en');
  }
}

function load(language: string, from: Readonly<Record<string, Load>>): Promise<void> {
  const strings = from[language];
  let loading = loads.get(strings);
  if (!loading && strings) {
    loading = strings().then((chunk) => i18n.load(language, chunk.messages));
    // What did not load may load the next time.
    loading.catch(() => loads.delete(strings));
    loads.set(strings, loading);
  }
  return loading ?? Promise.resolve();
}
