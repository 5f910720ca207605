import type { NamesView } from '../../shared/protocol/account.ts';
import type { Api } from '../data/api.ts';
import { type Observable, writable } from '../data/observable.ts';

/** Names of accounts, by number, asked for when somebody first wants one. */
export interface NameBook extends Observable<ReadonlyMap<number, string>> {
  want(accountId: number): void;
}

/** The server gives this many at once. */
const AT_ONCE = 200;

/** What is wanted in one turn is asked for at once. Whoever has left has no name, and is not asked for again. */
export function openNames(api: Api): NameBook {
  const known = writable<ReadonlyMap<number, string>>(new Map());
  const wanted = new Set<number>();
  const asked = new Set<number>();

  async function ask(): Promise<void> {
    const ids = [...wanted].slice(0, AT_ONCE);
    for (const id of ids) {
      wanted.delete(id);
      asked.add(id);
    }
    if (wanted.size > 0) queueMicrotask(() => void ask());
    const reply = await api.get<NamesView>(`/api/admin/names?ids=${ids.join(',')}`);
    if (!reply.ok) return;
    const names = Object.entries(reply.value.body.names).map(([id, name]) => [Number(id), name] as const);
    known.write(new Map([...known.read(), ...names]));
  }

  return {
    read: known.read,
    subscribe: known.subscribe,
    want(id) {
      if (wanted.has(id) || asked.has(id)) return;
      if (wanted.size === 0) queueMicrotask(() => void ask());
      wanted.add(id);
    },
  };
}
