/** The sentences of the desk, in a catalogue of their own: drivers never load them. */
import { i18n, type Messages } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';

const CATALOGUES: Readonly<Record<string, () => Promise<{ readonly messages: Messages }>>> = {
  en: () => import('../i18n/locales/en/admin.po'),
  es: () => import('../i18n/locales/es/admin.po'),
  fil: () => import('../i18n/locales/fil/admin.po'),
};

async function load(locale: string): Promise<void> {
  const catalogue = await CATALOGUES[locale]?.();
  if (catalogue) i18n.load(locale, catalogue.messages);
}

/** Whether they are here; `failed`: the page has to be loaded again. A desk that is open stays so while another language comes. */
export function useAdminStrings(): 'loading' | 'here' | 'failed' {
  const { locale } = useLingui().i18n;
  const [state, setState] = useState<'loading' | 'here' | 'failed'>('loading');
  useEffect(() => {
    load(locale).then(
      () => setState('here'),
      () => setState('failed'),
    );
  }, [locale]);
  return state;
}
