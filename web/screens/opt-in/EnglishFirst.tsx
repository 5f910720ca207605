import { type I18n, setupI18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, use } from 'react';

let english: Promise<I18n> | undefined;

/** Fetched where the app speaks another language. The screen waits: a consent is never shown without the text it is to. */
function loadEnglish(): Promise<I18n> {
  english ??= import('../../i18n/locales/en/later.po').then(
    ({ messages }) => setupI18n({ locale: 'en', messages: { en: messages } }),
    (error: unknown) => {
      english = undefined; // what did not load may load the next time
      throw error;
    },
  );
  return english;
}

/** A founding text: its English rules, word for word; in other languages a translation stands beneath. */
export function EnglishFirst({ children }: { readonly children: ReactNode }) {
  const { i18n } = useLingui();
  if (i18n.locale === 'en') return children;
  return (
    <>
      <span lang="en">
        <I18nProvider i18n={use(loadEnglish())}>{children}</I18nProvider>
      </span>
      <span className="translated">{children}</span>
    </>
  );
}

/** Says which of the two is which. */
export function TranslationNote() {
  const { i18n } = useLingui();
  if (i18n.locale === 'en') return undefined;
  return (
    <p className="meta translated">
      <Trans>Translation. The English text is the one that counts.</Trans>
    </p>
  );
}
