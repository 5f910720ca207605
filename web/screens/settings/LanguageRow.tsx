import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useApp } from '../../app-context.ts';
import { keepLanguage, type Language, wantedLanguage } from '../../i18n/language.ts';
import { Segment } from '../../ui/Segment.tsx';

/** Each in its own language: whoever cannot read the page finds theirs. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español', fil: 'Filipino' };
const OPTIONS = (['en', 'es', 'fil'] as const).map((value) => ({ value, text: NAMES[value], lang: value }));

/** The app's language: switched at once, without loading the page again, and kept. */
export function LanguageRow() {
  const { t, i18n } = useLingui();
  const { speak } = useApp();
  const [wanted, setWanted] = useState(wantedLanguage);
  const [state, setState] = useState<'as_it_was' | 'loading' | 'switched'>('as_it_was');
  const isMissing = wanted !== i18n.locale && state !== 'loading';
  const name = NAMES[wanted];

  const choose = (language: Language): void => {
    keepLanguage(language);
    setWanted(language);
    setState('loading');
    void speak(language).then(() => setState('switched'));
  };

  return (
    <>
      <h2 className="h2 sec">
        <Trans>Language</Trans>
      </h2>
      <Segment label={t`Language`} value={wanted} options={OPTIONS} onChange={choose} />
      <p className="meta pad" role="status">
        {isMissing ? (
          <Trans>{name} did not load, so the app speaks English for now. It tries again when you open it.</Trans>
        ) : (
          state === 'switched' && <Trans>The app now speaks English.</Trans>
        )}
      </p>
      {isMissing && (
        // A module that failed once fails in this page for good: Chromium remembers it.
        <button type="button" className="btn btn--line btn--sm" onClick={() => location.reload()}>
          <Trans>Try again</Trans>
        </button>
      )}
    </>
  );
}
