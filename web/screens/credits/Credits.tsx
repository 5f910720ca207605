import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { CreditRow, Credits as CreditsPage } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { money } from '../../ui/format.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Segment } from '../../ui/Segment.tsx';
import { Empty, Failure, Loading, StaleLine } from '../../ui/states.tsx';
import { StatementRow } from './StatementRow.tsx';
import './credits.css';

type Shown = 'all' | 'pending' | 'posted' | 'void';

/** What was void and then paid is posted like any other. */
const isShown = ({ state }: CreditRow, shown: Shown): boolean =>
  shown === 'all' || state === shown || (shown === 'posted' && state === 'restored');

/** What is posted, large; what is pending, beneath and hatched; and each credit with where it stands. */
export default function Credits() {
  const { t } = useLingui();
  const { credits: resource, connection: connectionState } = useApp();
  const loaded = useObservable(resource);
  const connection = useObservable(connectionState);
  const retry = (): void => void resource.refresh();
  const known = loaded.state === 'ready' ? loaded.value : undefined;
  // Totals arrive by themselves; when they moved, so did the rows.
  const totals = known && `${known.units} ${known.pendingMicros} ${known.postedMicros}`;
  useEffect(() => void resource.refresh(), [resource, totals]);

  if (loaded.state === 'loading') {
    return (
      <Screen title={t`Credits`}>
        <Loading onRetry={retry}>
          <Trans>Getting your statement</Trans>
        </Loading>
      </Screen>
    );
  }
  if (loaded.state === 'failed') {
    return (
      <Screen title={t`Credits`}>
        <Failure problem={loaded.problem} onRetry={retry}>
          <Trans>The statement did not load. Your credits are safe.</Trans>
        </Failure>
      </Screen>
    );
  }
  const { postedMicros, pendingMicros } = loaded.value;
  const isStale = loaded.problem !== undefined || !connection.isOnline;
  return (
    <Screen title={t`Credits`}>
      {isStale && <StaleLine at={loaded.at} isOnline={connection.isOnline} />}
      <section className={isStale ? 'bal is-stale' : 'bal'} aria-label={t`Balance`}>
        <div className="fig">
          <span className="k">
            <Trans>Posted, yours to use</Trans>
          </span>
          <span className="v">{money(postedMicros)}</span>
        </div>
        <div className="fig pd">
          <span className="k">
            <i className="swatch hatch" />
            <Trans>Pending</Trans>
          </span>
          <span className="v2">{money(pendingMicros)}</span>
        </div>
      </section>
      <Statement page={loaded.value} />
    </Screen>
  );
}

function Statement({ page }: { readonly page: CreditsPage }) {
  const { t } = useLingui();
  const [shown, setShown] = useState<Shown>('all');
  const older = useOlder(page);
  const rows = [...page.rows, ...older.rows];
  if (rows.length === 0) {
    return (
      <Empty title={<Trans>No credits yet</Trans>}>
        <Trans>They appear here when a result is verified, usually within a minute.</Trans>
      </Empty>
    );
  }
  const visible = rows.filter((row) => isShown(row, shown));
  return (
    <>
      <Segment
        label={t`Which credits`}
        value={shown}
        options={[
          { value: 'all', text: t`All` },
          { value: 'pending', text: t`Pending` },
          { value: 'posted', text: t`Posted` },
          { value: 'void', text: t`Voided` },
        ]}
        onChange={setShown}
      />
      {visible.length === 0 ? (
        <Empty title={<Trans>None of these</Trans>}>
          <Trans>Nothing in the part of the statement that is loaded.</Trans>
        </Empty>
      ) : (
        <section className="card lst">
          <ul className="rows">
            {visible.map((row) => (
              <StatementRow key={row.id} row={row} />
            ))}
          </ul>
        </section>
      )}
      {older.problem && (
        <Failure problem={older.problem} onRetry={older.load}>
          <Trans>The older rows did not load. Your credits are safe.</Trans>
        </Failure>
      )}
      {older.hasMore && !older.problem && (
        <button type="button" className="btn btn--line btn--sm" aria-disabled={older.isLoading} onClick={older.load}>
          {older.isLoading ? <Trans>Getting older rows</Trans> : <Trans>Show older</Trans>}
        </button>
      )}
    </>
  );
}

interface Older {
  readonly rows: readonly CreditRow[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  readonly load: () => void;
}

/** Pages behind the newest one, as far as they were asked for. They start over when the newest page ends elsewhere. */
function useOlder({ nextBefore }: CreditsPage): Older {
  const { api } = useApp();
  const [pages, setPages] = useState<{ from: string | null; rows: readonly CreditRow[]; next: string | null }>();
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const current = pages?.from === nextBefore ? pages : { from: nextBefore, rows: [], next: nextBefore };

  async function load(): Promise<void> {
    if (isLoading || current.next === null) return;
    setLoading(true);
    setProblem(undefined);
    const reply = await api.get<CreditsPage>(`/api/credits?before=${encodeURIComponent(current.next)}`);
    setLoading(false);
    if (!reply.ok) return setProblem(reply.error);
    const { rows, nextBefore: next } = reply.value.body;
    setPages({ from: current.from, rows: [...current.rows, ...rows], next });
  }
  return { rows: current.rows, hasMore: current.next !== null, isLoading, problem, load: () => void load() };
}
