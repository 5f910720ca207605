import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useDesk } from '../desk.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';

/** As many as are seen at a glance: whoever is not among them is found by name. */
const SHOWN = 8;

/** Somebody, found by name or number; oneself last. */
export function WhoseCredits({ onChoose }: { readonly onChoose: (accountId: number) => void }) {
  const { t } = useLingui();
  const { me, people, refreshPeople } = useDesk();
  const [sought, setSought] = useState('');
  const wanted = sought.trim().toLowerCase();
  return (
    <Panel question={<Trans>Whose credits are to be adjusted?</Trans>} span={4}>
      <Answer
        loaded={people}
        refresh={refreshPeople}
        loading={<Trans>Loading the people</Trans>}
        failed={<Trans>Everybody keeps what they have.</Trans>}
      >
        {({ people: everybody }) => (
          <>
            <div className="desk-field">
              <label htmlFor="whose">
                <Trans>Search by name or number</Trans>
              </label>
              <input
                id="whose"
                type="search"
                value={sought}
                onChange={({ currentTarget }) => setSought(currentTarget.value)}
              />
            </div>
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
              rows={everybody
                .filter(({ accountId, name }) => name.toLowerCase().includes(wanted) || String(accountId) === wanted)
                .toSorted((a, b) => Number(a.accountId === me.accountId) - Number(b.accountId === me.accountId))
                .slice(0, SHOWN)}
              keyOf={({ accountId }) => accountId}
              empty={<Trans>Nobody by that name.</Trans>}
            />
          </>
        )}
      </Answer>
    </Panel>
  );
}
