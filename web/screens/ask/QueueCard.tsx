import { Plural, Trans } from '@lingui/react/macro';
import { useCallback } from 'react';
import type { QueueView } from '../../../shared/protocol/rest.ts';
import type { Result } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import type { Loaded } from '../../data/resource.ts';
import { seconds } from '../../ui/format.ts';
import { Failure, Loading, StaleLine } from '../../ui/states.tsx';

/** Asks how the queue stands; the same function as long as the page is open. */
export function useQueue(): () => Promise<Result<QueueView, Problem>> {
  const { api } = useApp();
  return useCallback(async () => {
    const reply = await api.get<QueueView>('/api/queue');
    return reply.ok ? { ok: true, value: reply.value.body } : reply;
  }, [api]);
}

interface QueueCardProps {
  readonly loaded: Loaded<QueueView>;
  readonly isOnline: boolean;
  readonly onRetry: () => void;
}

/** How long a large request takes just now, as the last ones did; nothing is promised. */
export function QueueCard({ loaded, isOnline, onRetry }: QueueCardProps) {
  if (loaded.state === 'loading') {
    return (
      <Loading onRetry={onRetry}>
        <Trans>Asking how long it takes now</Trans>
      </Loading>
    );
  }
  if (loaded.state === 'failed') {
    return (
      <Failure problem={loaded.problem} onRetry={onRetry}>
        <Trans>How long it takes now did not load. You can ask all the same.</Trans>
      </Failure>
    );
  }
  const { typicalWaitMs, waitingUnits, phones } = loaded.value;
  const isStale = loaded.problem !== undefined || !isOnline;
  const wait = seconds(typicalWaitMs ?? 0);
  return (
    <section className={isStale ? 'card q q--stale' : 'card q'}>
      {isStale && <StaleLine at={loaded.at} isOnline={isOnline} />}
      <div className="qn">
        {typicalWaitMs === null ? (
          <p>
            <Trans>No large request in the last hour</Trans>
            <br />
            <span>
              <Trans>so there is no typical wait</Trans>
            </span>
          </p>
        ) : (
          <>
            <span className="num num--wait">{wait}</span>
            <p>
              <Trans>typical wait now</Trans>
              <br />
              <span>
                <Trans>for large ones, in the last hour</Trans>
              </span>
            </p>
          </>
        )}
      </div>
      <p className="meta">
        <Plural
          value={waitingUnits}
          _0="Nobody is ahead of you."
          one="# part ahead of you."
          other="# parts ahead of you."
        />{' '}
        <Plural value={phones} _0="No phones now, the mainframe works." one="# phone." other="# phones." />
      </p>
    </section>
  );
}
