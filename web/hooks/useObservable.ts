import { useSyncExternalStore } from 'react';
import type { Observable } from '../data/observable.ts';

/** The value as it stands; the component draws again when it is replaced. */
export const useObservable = <T>(observable: Observable<T>): T =>
  useSyncExternalStore(observable.subscribe, observable.read);
