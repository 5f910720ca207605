import { createContext, useContext } from 'react';
import { must } from '../shared/assert.ts';
import type { Compute } from './compute/view.ts';
import type { Services } from './data/services.ts';

/** All that screens reach: the data layer, and computing. Made once in main.tsx. */
export interface App extends Services {
  readonly compute: Compute;
}

export const AppContext = createContext<App | undefined>(undefined);

export const useApp = (): App => must(useContext(AppContext), 'an AppContext around the screens');
