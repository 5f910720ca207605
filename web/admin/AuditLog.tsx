import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { AuditTrailPage } from '../../shared/protocol/rest.ts';
import { useApp } from '../app-context.ts';
import { valueOf } from '../data/resource.ts';
import { when, whole } from '../ui/format.ts';
import { useDesk, useServer } from './desk.ts';
import { DeskPage } from './DeskPage.tsx';
import { Dialog } from './Dialog.tsx';
import { Answer, Panel } from './Panel.tsx';
import { Table } from './Table.tsx';

/** Who did what, newest first, and whether the chain of it is whole. */
export function AuditLog({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  const { api } = useApp();
  const { act, nameOf } = useDesk();
  const [query, setQuery] = useState('');
  const { loaded, refresh } = useServer<AuditTrailPage>(`/api/admin/audit-log${query}`);
  const [isRotating, setRotating] = useState(false);
  async function rotate(): Promise<void> {
    setRotating(false);
    if (await act(() => api.post('/api/admin/audit-log/rotate-key', { body: {} }))) void refresh();
  }
  return (
    <DeskPage title={t`Audit log`} notice={notice}>
      <Panel question={<Trans>Who did what?</Trans>} note={<Trans>newest first, at most 100</Trans>}>
        <Filters onFilter={setQuery} />
        <Answer
          loaded={loaded}
          refresh={refresh}
          loading={<Trans>Reading the log and checking its chain</Trans>}
          failed={<Trans>The log is kept, and grows as before.</Trans>}
        >
          {(page) => (
            <>
              <Whole page={page} />
              <Table
                label={t`Audit log`}
                columns={[
                  { title: t`Record`, cell: ({ n }) => whole(n) },
                  { title: t`When`, cell: ({ at }) => when(at) },
                  { title: t`Who`, cell: ({ actorId }) => <bdi>{nameOf(actorId)}</bdi> },
                  { title: t`Action`, cell: ({ action }) => <span className="mono">{action}</span> },
                  { title: t`On`, cell: ({ target }) => <span className="mono">{target}</span> },
                  {
                    title: t`Detail`,
                    cell: ({ detail }) => <span className="mono desk-text">{detailIn(detail)}</span>,
                  },
                ]}
                rows={page.records}
                keyOf={({ n }) => n}
                empty={<Trans>No record like that.</Trans>}
              />
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

/** Whether it is whole; if not, where it is not. */
function Whole({ page: { count, head, fault } }: { readonly page: AuditTrailPage }) {
  if (fault) {
    const { code, record, byte } = fault;
    return (
      <p role="alert">
        <span className="mk mk--bad">
          <Trans>The chain is broken</Trans>
        </span>{' '}
        <Trans>
          <span className="mono">{code}</span> at record {record}, byte {byte}. Change nothing, and keep a copy of the
          folder.
        </Trans>
      </p>
    );
  }
  return (
    <p>
      <span className="mk mk--posted">
        <Plural value={count} one="Chain of # record holds" other="Chain of # records holds" />
      </span>{' '}
      <span className="meta mono desk-hash">{head}</span>
    </p>
  );
}

function Filters({ onFilter }: { readonly onFilter: (query: string) => void }) {
  const { t } = useLingui();
  const { people } = useDesk();
  function filter(fields: FormData): void {
    const query = new URLSearchParams();
    const text = (name: string): string => {
      const value = fields.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    if (text('action')) query.set('action', text('action'));
    if (text('actor')) query.set('actor', text('actor'));
    const since = new Date(`${text('since')}T00:00`).getTime();
    if (Number.isFinite(since)) query.set('since', String(since));
    onFilter(query.size === 0 ? '' : `?${query}`);
  }
  return (
    <form
      className="desk-row"
      onSubmit={(event) => {
        event.preventDefault();
        filter(new FormData(event.currentTarget));
      }}
    >
      <div className="desk-field">
        <label htmlFor="log-action">
          <Trans>Action, as written in the log</Trans>
        </label>
        <input id="log-action" name="action" maxLength={60} autoCapitalize="none" spellCheck={false} />
      </div>
      <div className="desk-field">
        <label htmlFor="log-actor">
          <Trans>By whom</Trans>
        </label>
        <select id="log-actor" name="actor">
          <option value="">{t`anybody`}</option>
          {valueOf(people)?.people.map(({ accountId, name }) => (
            <option key={accountId} value={accountId}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="desk-field">
        <label htmlFor="log-since">
          <Trans>Since</Trans>
        </label>
        <input id="log-since" name="since" type="date" />
      </div>
      <button type="submit" className="deskbtn">
        <Trans>Show</Trans>
      </button>
    </form>
  );
}

const detailIn = (detail: Readonly<Record<string, unknown>>): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
