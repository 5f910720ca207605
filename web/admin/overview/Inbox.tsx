import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useState } from 'react';
import { Link } from 'wouter';
import type { FeedbackList } from '../../../shared/protocol/rest.ts';
import { ok } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { when } from '../../ui/format.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';

/** What people write to us, newest first. */
export function Inbox() {
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
    <Panel question={<Trans>What do people write?</Trans>} note={<Trans>newest first</Trans>}>
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
                {
                  title: t`Who`,
                  cell: ({ name, accountId }) => (
                    <Link className="desk-link" href={`/admin/people/${accountId}`}>
                      <bdi>{name}</bdi>
                    </Link>
                  ),
                },
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
