import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useState } from 'react';
import type { JobList } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { dayAndMonth } from '../../ui/format.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Empty, Failure, Loading, StaleLine } from '../../ui/states.tsx';
import { entriesOf, type Entry } from './answer-rows.tsx';
import './ask.css';

/** What was asked before, by day: in the pool, as the server keeps it; on this phone, while this page is open. */
export default function EarlierScreen() {
  const { t } = useLingui();
  const { api, asks, connection: connectionState } = useApp();
  const local = useObservable(asks);
  const connection = useObservable(connectionState);
  const load = useCallback(async () => {
    const reply = await api.get<JobList>('/api/jobs?limit=100');
    return reply.ok ? ({ ok: true, value: reply.value.body.jobs } as const) : reply;
  }, [api]);
  const { loaded, refresh } = useLoaded(load);
  const retry = (): void => void refresh();
  const days = byDay(entriesOf(local, loaded.state === 'ready' ? loaded.value : []));
  const isStale = loaded.state === 'ready' && (loaded.problem !== undefined || !connection.isOnline);
  return (
    <Screen title={t`Earlier answers`} back="/ask" layout="one">
      {loaded.state === 'ready' && isStale && <StaleLine at={loaded.at} isOnline={connection.isOnline} />}
      {loaded.state === 'loading' && (
        <Loading onRetry={retry}>
          <Trans>Getting your earlier answers</Trans>
        </Loading>
      )}
      {loaded.state === 'failed' && (
        <Failure problem={loaded.problem} onRetry={retry}>
          <Trans>Your earlier answers did not load. They are kept.</Trans>
        </Failure>
      )}
      {days.map(([first, entries]) => (
        <section key={first.at} aria-label={dayName(first.at)}>
          <h2 className="h2 sec">
            <Day at={first.at} />
          </h2>
          <div className="card list">
            <ul className="rows">{entries.map(({ row }) => row)}</ul>
          </div>
        </section>
      ))}
      {loaded.state === 'ready' && days.length === 0 && (
        <Empty title={<Trans>No answers yet</Trans>}>
          <Trans>What you ask appears here with its answer.</Trans>
        </Empty>
      )}
      {days.length > 0 && (
        <p className="meta pad">
          <Trans>The last hundred of the pool. Answers of this phone are gone when you close the page.</Trans>
        </p>
      )}
    </Screen>
  );
}

const dayName = (at: number): string => new Date(at).toDateString();

/** Each day with its first entry. They come newest first, and so do the days. */
function byDay(entries: readonly Entry[]): readonly (readonly [first: Entry, of: readonly Entry[]])[] {
  const days = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of entries) {
    const of = days.get(dayName(entry.at));
    if (of) of.push(entry);
    else days.set(dayName(entry.at), [entry]);
  }
  return [...days.values()].map((of) => [of[0], of] as const);
}

const DAY_MS = 86_400_000;

function Day({ at }: { readonly at: number }) {
  const [now] = useState(Date.now);
  if (dayName(at) === dayName(now)) return <Trans>Today</Trans>;
  if (dayName(at) === dayName(now - DAY_MS)) return <Trans>Yesterday</Trans>;
  return dayAndMonth(at);
}
