import { Trans } from '@lingui/react/macro';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { useApp } from '../../app-context.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { Empty, Failure, Loading, StaleLine } from '../../ui/states.tsx';
import { entriesOf } from './answer-rows.tsx';

const SHOWN = 3;

/** The last of them; all are one tap away. */
export function LastAnswers() {
  const { asks, jobs: resource, connection: connectionState } = useApp();
  const local = useObservable(asks);
  const loaded = useObservable(resource);
  const connection = useObservable(connectionState);
  const retry = (): void => void resource.refresh();
  useEffect(() => void resource.refresh(), [resource]);

  const entries = entriesOf(local, loaded.state === 'ready' ? loaded.value : []);
  const isStale = loaded.state === 'ready' && (loaded.problem !== undefined || !connection.isOnline);
  return (
    <>
      <h2 className="h2 sec">
        <Trans>Earlier answers</Trans>
      </h2>
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
      {entries.length > 0 && (
        <section className="card list">
          <ul className="rows">{entries.slice(0, SHOWN).map(({ row }) => row)}</ul>
        </section>
      )}
      {entries.length > SHOWN && (
        <Link className="textlink pad" href="/ask/earlier">
          <Trans>All earlier answers</Trans>
        </Link>
      )}
      {loaded.state === 'ready' && entries.length === 0 && (
        <Empty title={<Trans>No answers yet</Trans>}>
          <Trans>What you ask appears here with its answer.</Trans>
        </Empty>
      )}
    </>
  );
}
