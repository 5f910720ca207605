import { createContext, useCallback, useContext } from 'react';
import { must } from '../../shared/assert.ts';
import type { PeopleView } from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { ok, type Result } from '../../shared/result.ts';
import { useApp } from '../app-context.ts';
import type { Problem, Reply } from '../data/api.ts';
import type { Loaded } from '../data/resource.ts';
import { useLoaded } from '../hooks/useLoaded.ts';

/** What every panel of the desk shares. */
export interface Desk {
  readonly me: Me;
  readonly people: Loaded<PeopleView>;
  readonly refreshPeople: () => Promise<void>;
  /** "Maria", or the account's number where nobody has a name any more. Null is the server itself. */
  readonly nameOf: (accountId: number | null) => string;
  /** Sends a change, after a fresh proof where one is wanted. Its reply; nothing if it was refused, which the desk then says. */
  readonly act: <Body>(send: () => Promise<Result<Reply<Body>, Problem>>) => Promise<Body | undefined>;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export const useDesk = (): Desk => must(useContext(DeskContext), 'a DeskContext around the panels');

/** What the server says at this address. */
export function useServer<Body>(path: string): {
  readonly loaded: Loaded<Body>;
  readonly refresh: () => Promise<void>;
} {
  const { api } = useApp();
  const load = useCallback(async () => {
    const reply = await api.get<Body>(path);
    return reply.ok ? ok(reply.value.body) : reply;
  }, [api, path]);
  return useLoaded(load);
}
