import { useEffect, useMemo } from 'react';
import type { Result } from '../../shared/result.ts';
import type { Problem } from '../data/api.ts';
import { type Loaded, resource } from '../data/resource.ts';
import { useObservable } from './useObservable.ts';

/** What one screen alone shows of the server, asked for when it opens. `load` must stay the same function. */
export function useLoaded<T>(load: () => Promise<Result<T, Problem>>): {
  readonly loaded: Loaded<T>;
  readonly refresh: () => Promise<void>;
} {
  const own = useMemo(() => resource(load), [load]);
  useEffect(() => void own.refresh(), [own]);
  return { loaded: useObservable(own), refresh: () => own.refresh() };
}
