import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { must } from '../../shared/assert.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { ok, type Result } from '../../shared/result.ts';
import { useApp } from '../app-context.ts';
import type { Problem, Reply } from '../data/api.ts';
import type { Loaded } from '../data/resource.ts';
import { useLoaded } from '../hooks/useLoaded.ts';

/** What every panel of the desk shares. */
export interface Desk {
  readonly me: Me;
  /** "Maria", or the account's number where nobody has a name any more. Null is the server itself. */
  readonly nameOf: (accountId: number | null) => string;
  /** Sends a change, after a fresh proof where one is wanted. Its reply; nothing if it was refused, which the desk then says. */
  readonly act: <Body>(send: () => Promise<Result<Reply<Body>, Problem>>) => Promise<Body | undefined>;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export const useDesk = (): Desk => must(useContext(DeskContext), 'a DeskContext around the panels');

export interface FromServer<Body> {
  readonly loaded: Loaded<Body>;
  readonly refresh: () => Promise<void>;
}

/** What the server says at this address; again every so many milliseconds while somebody looks at it. */
export function useServer<Body>(path: string, everyMs?: number): FromServer<Body> {
  const { api } = useApp();
  const load = useCallback(async () => {
    const reply = await api.get<Body>(path);
    return reply.ok ? ok(reply.value.body) : reply;
  }, [api, path]);
  const { loaded, refresh } = useLoaded(load);
  const again = useRef(refresh);
  useEffect(() => {
    again.current = refresh;
  });
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const look = (): void => void (document.hidden || again.current());
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [everyMs]);
  return { loaded, refresh };
}

/** The same for an address that changes: what the one before said stays until the next has answered. */
export function usePages<Body>(path: string): FromServer<Body> {
  const { loaded, refresh } = useServer<Body>(path);
  const [held, setHeld] = useState(loaded);
  if (loaded.state !== 'loading' && held !== loaded) setHeld(loaded);
  return { loaded: loaded.state === 'loading' ? held : loaded, refresh };
}
