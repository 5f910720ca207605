import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { AuditRecordView, AuditTrailPage } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { when, whole } from '../../ui/format.ts';
import { useDesk, usePages } from '../desk.ts';
import { DeskPage } from '../DeskPage.tsx';
import { Dialog } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { Filters } from './Filters.tsx';
import { recordsPath, withPage } from './log-query.ts';
import { Verdict } from './Verdict.tsx';

/** Who did what, newest first, page by page; and whether the chain of it is whole. The address keeps filter and page. */
export function AuditLog({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  const { api } = useApp();
  const { act } = useDesk();
  const [shown] = useSearchParams();
  const { loaded, refresh } = usePages<AuditTrailPage>(recordsPath(shown));
  const [isRotating, setRotating] = useState(false);
  async function rotate(): Promise<void> {
    setRotating(false);
    if (await act(() => api.post('/api/admin/audit-log/rotate-key', { body: {} }))) void refresh();
  }
  return (
    <DeskPage title={t`Audit log`} notice={notice}>
      <Panel question={<Trans>Who did what?</Trans>} note={<Trans>newest first</Trans>}>
        <Answer
          loaded={loaded}
          refresh={refresh}
          loading={<Trans>Reading the log and checking its chain</Trans>}
          failed={<Trans>The log is kept, and grows as before.</Trans>}
        >
          {(page) => (
            <>
              <Verdict verdict={page.verdict} refresh={refresh} />
              <Filters actions={page.actions} />
              <Records records={page.records} />
              <Pages page={page} />
            </>
          )}
        </Answer>
        <div className="desk-row">
          <button type="button" className="deskbtn" onClick={() => setRotating(true)}>
            <Trans>New key for the log</Trans>
          </button>
        </div>
      </Panel>
      {isRotating && (
        <Dialog
          title={<Trans>Seal the log under a new key?</Trans>}
          consequences={[
            { key: 'new', line: <Trans>Records from now on are sealed under a new key.</Trans> },
            { key: 'old', line: <Trans>Old records stay readable, and the chain goes on.</Trans> },
          ]}
          undo={<Trans>There is no undo, and none is needed.</Trans>}
          keep={<Trans>Keep the key</Trans>}
          act={<Trans>New key</Trans>}
          onAct={() => void rotate()}
          onClose={() => setRotating(false)}
        />
      )}
    </DeskPage>
  );
}

function Records({ records }: { readonly records: readonly AuditRecordView[] }) {
  const { t } = useLingui();
  const { nameOf } = useDesk();
  return (
    <div className="desk-log">
      <Table
        label={t`Audit log`}
        columns={[
          { title: t`Record`, cell: ({ n }) => whole(n) },
          { title: t`When`, cell: ({ at }) => when(at) },
          { title: t`Who`, cell: ({ actorId }) => <bdi>{nameOf(actorId)}</bdi> },
          { title: t`Action`, cell: ({ action }) => <span className="mono">{action}</span> },
          { title: t`On`, cell: ({ target }) => <On target={target} /> },
          {
            title: t`Detail`,
            cell: ({ detail }) => <span className="mono desk-text">{detailIn(detail)}</span>,
          },
        ]}
        rows={records}
        keyOf={({ n }) => n}
        empty={<Trans>No record like that.</Trans>}
      />
    </div>
  );
}

/** An account leads to its person. */
function On({ target }: { readonly target: string }) {
  const [, accountId] = /^account:(\d+)$/.exec(target) ?? [];
  if (accountId === undefined) return <span className="mono">{target}</span>;
  return (
    <Link className="desk-link mono" href={`/admin/people/${accountId}`}>
      {target}
    </Link>
  );
}

function Pages({ page: { records, matching, older, newer } }: { readonly page: AuditTrailPage }) {
  const [, setShown] = useSearchParams();
  const [first, last] = [records[0]?.n ?? 0, records.at(-1)?.n ?? 0].map(whole);
  const all = whole(matching);
  return (
    <div className="desk-row">
      {records.length > 0 && (
        <p className="meta">
          <Trans>
            Records {first} to {last}; {all} match
          </Trans>
        </p>
      )}
      {newer !== null && (
        <>
          <button type="button" className="deskbtn" onClick={() => setShown((before) => withPage(before))}>
            <Trans>Newest</Trans>
          </button>
          <button
            type="button"
            className="deskbtn"
            onClick={() => setShown((before) => withPage(before, { after: newer }))}
          >
            <Trans>Newer</Trans>
          </button>
        </>
      )}
      {older !== null && (
        <button
          type="button"
          className="deskbtn"
          onClick={() => setShown((before) => withPage(before, { before: older }))}
        >
          <Trans>Older</Trans>
        </button>
      )}
    </div>
  );
}

/** As it is written, but for instants, which nobody reads in milliseconds. */
const detailIn = (detail: AuditRecordView['detail']): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}=${name.endsWith('At') && typeof value === 'number' ? when(value) : String(value)}`)
    .join(' ');
