import { createContext, useContext } from 'react';
import { must } from '../shared/assert.ts';
import type { Compute } from './compute/view.ts';
import type { Services } from './data/services.ts';
import type { Language } from './i18n/language.ts';

/** All that screens reach: the data layer, and computing. Made once in main.tsx. */
export interface App extends Services {
  readonly compute: Compute;
  /** Switches the app's language. In its place here, not imported: the entry would come in one piece more. */
  readonly speak: (language: Language) => Promise<void>;
}

export const AppContext = createContext<App | undefined>(undefined);

export const useApp = (): App => must(useContext(AppContext), 'an AppContext around the screens');
