import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useCallback, useState } from 'react';
import type { FeedbackList, FleetView } from '../../shared/protocol/rest.ts';
import { ok } from '../../shared/result.ts';
import { useApp } from '../app-context.ts';
import { useLoaded } from '../hooks/useLoaded.ts';
import { when, whole } from '../ui/format.ts';
import { useServer } from './desk.ts';
import { DeskPage } from './DeskPage.tsx';
import { Answer, Panel } from './Panel.tsx';
import { Table } from './Table.tsx';

/** What an admin looks at first: the phones that are here, and what people write. */
export function Overview({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  return (
    <DeskPage title={t`Overview`} notice={notice}>
      <Fleet />
      <Inbox />
    </DeskPage>
  );
}

function Fleet() {
  const { t } = useLingui();
  const { loaded, refresh } = useServer<FleetView>('/api/admin/fleet');
  return (
    <Panel question={<Trans>How many phones are here?</Trans>} note={<Trans>with an open link</Trans>} span={4}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Counting the phones</Trans>}
        failed={<Trans>The phones go on as they were.</Trans>}
      >
        {({ linked, resting }) => (
          <>
            <p className="ans">
              <span className="num">{whole(linked)}</span>
            </p>
            <Table
              label={t`Why phones rest`}
              columns={[
                { title: t`Resting by`, cell: ([code]) => <span className="mono">{code}</span> },
                { title: t`Phones`, cell: ([, count]) => whole(count), isNumber: true },
              ]}
              rows={Object.entries(resting).toSorted(([, a], [, b]) => b - a)}
              keyOf={([code]) => code}
              empty={<Trans>No phone rests by a rule.</Trans>}
            />
          </>
        )}
      </Answer>
    </Panel>
  );
}

function Inbox() {
  const { t } = useLingui();
  const { api } = useApp();
  const [before, setBefore] = useState<number>();
  const load = useCallback(async () => {
    const reply = await api.get<FeedbackList>(
      `/api/admin/feedback?limit=10${before === undefined ? '' : `&before=${before}`}`,
    );
    return reply.ok ? ok(reply.value.body) : reply;
  }, [api, before]);
  const { loaded, refresh } = useLoaded(load);
  return (
    <Panel question={<Trans>What do people write?</Trans>} note={<Trans>newest first</Trans>} span={8}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Opening the inbox</Trans>}
        failed={<Trans>What people wrote is kept.</Trans>}
      >
        {({ feedback, nextBefore }) => (
          <>
            <Table
              label={t`What people wrote`}
              columns={[
                { title: t`When`, cell: ({ at }) => when(at) },
                { title: t`Who`, cell: ({ name }) => <bdi>{name}</bdi> },
                { title: t`About`, cell: ({ kind }) => <span className="mono">{kind}</span> },
                { title: t`Text`, cell: ({ text }) => <bdi className="desk-text">{text}</bdi> },
                {
                  title: t`Phone`,
                  cell: ({ attached: { version, engine, state, reason } }) => (
                    <span className="mono">{[version, engine, state, reason].filter(Boolean).join(' ')}</span>
                  ),
                },
              ]}
              rows={feedback}
              keyOf={({ feedbackId }) => feedbackId}
              empty={<Trans>Nobody has written yet. What drivers send from Settings comes here.</Trans>}
            />
            <div className="desk-row">
              {before !== undefined && (
                <button type="button" className="deskbtn" onClick={() => setBefore(undefined)}>
                  <Trans>Newest</Trans>
                </button>
              )}
              {nextBefore !== null && (
                <button type="button" className="deskbtn" onClick={() => setBefore(nextBefore)}>
                  <Trans>Older</Trans>
                </button>
              )}
            </div>
          </>
        )}
      </Answer>
    </Panel>
  );
}
