import { Trans, useLingui } from '@lingui/react/macro';
import { useDeferredValue, useState } from 'react';
import type { PeopleView } from '../../../shared/protocol/account.ts';
import { useDesk, usePages } from '../desk.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';

/** As many as are seen at a glance: whoever is not among them is found by name. */
const SHOWN = 8;

/** Somebody, found by name or number; oneself last. */
export function WhoseCredits({ onChoose }: { readonly onChoose: (accountId: number) => void }) {
  const { t } = useLingui();
  const { me } = useDesk();
  const [sought, setSought] = useState('');
  const query = new URLSearchParams({ limit: String(SHOWN), search: useDeferredValue(sought.trim()) });
  const { loaded, refresh } = usePages<PeopleView>(`/api/admin/people?${query}`);
  return (
    <Panel question={<Trans>Whose credits are to be adjusted?</Trans>} span={4}>
      <div className="desk-field">
        <label htmlFor="whose">
          <Trans>Search by name or number</Trans>
        </label>
        <input
          id="whose"
          type="search"
          maxLength={60}
          value={sought}
          onChange={({ currentTarget }) => setSought(currentTarget.value)}
        />
      </div>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the people</Trans>}
        failed={<Trans>Everybody keeps what they have.</Trans>}
      >
        {({ people }) => (
          <Table
            label={t`People`}
            columns={[
              {
                title: t`Name`,
                cell: ({ accountId, name }) => (
                  <span>
                    <bdi>{name}</bdi>
                    <small>
                      <Trans>account {accountId}</Trans>
                    </small>
                  </span>
                ),
              },
              {
                title: '',
                cell: ({ accountId, name }) => (
                  <button
                    type="button"
                    className="deskbtn"
                    aria-label={t`Adjust credits: ${name}`}
                    onClick={() => onChoose(accountId)}
                  >
                    <Trans>Adjust</Trans>
                  </button>
                ),
                isNumber: true,
              },
            ]}
            rows={people.toSorted(
              (a, b) => Number(a.accountId === me.accountId) - Number(b.accountId === me.accountId),
            )}
            keyOf={({ accountId }) => accountId}
            empty={<Trans>Nobody by that name.</Trans>}
          />
        )}
      </Answer>
    </Panel>
  );
}
