import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { PeopleView, RoleChangeReply } from '../../../shared/protocol/account.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { dayAndMonth, whole } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { ROLE_WORDS, roleFrom, ROLES } from './role-words.ts';

type Person = PeopleView['people'][number];

const PAGE = 20;

/** Everybody, found by name, and another role for one of them. */
export function Everybody({ onChange }: { readonly onChange: () => void }) {
  const { t, i18n } = useLingui();
  const { people, refreshPeople } = useDesk();
  const [sought, setSought] = useState('');
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<Person>();
  return (
    <Panel question={<Trans>Who is here?</Trans>}>
      <Answer
        loaded={people}
        refresh={refreshPeople}
        loading={<Trans>Loading the people</Trans>}
        failed={<Trans>Everybody keeps their account and their role.</Trans>}
      >
        {({ people: everybody }) => {
          const found = everybody.filter(({ name }) => name.toLowerCase().includes(sought.trim().toLowerCase()));
          const shown = found.slice(page * PAGE, (page + 1) * PAGE);
          const [from, to, all] = [page * PAGE + 1, page * PAGE + shown.length, found.length].map(whole);
          return (
            <>
              <div className="desk-field">
                <label htmlFor="sought">
                  <Trans>Search by name</Trans>
                </label>
                <input
                  id="sought"
                  type="search"
                  value={sought}
                  onChange={({ currentTarget }) => {
                    setSought(currentTarget.value);
                    setPage(0);
                  }}
                />
              </div>
              <Table
                label={t`People`}
                columns={[
                  { title: t`Name`, cell: ({ name }) => <bdi>{name}</bdi> },
                  { title: t`Role`, cell: ({ role }) => i18n._(ROLE_WORDS[role]) },
                  { title: t`Since`, cell: ({ createdAt }) => dayAndMonth(createdAt) },
                  { title: t`Ways in`, cell: (person) => <WaysIn {...person} /> },
                  { title: t`Phones`, cell: ({ devices }) => whole(devices), isNumber: true },
                  {
                    title: '',
                    cell: (person) => (
                      <button
                        type="button"
                        className="deskbtn"
                        aria-label={t`Change role: ${person.name}`}
                        onClick={() => setChosen(person)}
                      >
                        <Trans>Change role</Trans>
                      </button>
                    ),
                    isNumber: true,
                  },
                ]}
                rows={shown}
                keyOf={({ accountId }) => accountId}
                empty={<Trans>Nobody by that name.</Trans>}
              />
              {found.length > PAGE && (
                <div className="desk-row">
                  <p className="meta">
                    <Trans>
                      {from} to {to} of {all}
                    </Trans>
                  </p>
                  {page > 0 && (
                    <button type="button" className="deskbtn" onClick={() => setPage(page - 1)}>
                      <Trans>Back</Trans>
                    </button>
                  )}
                  {(page + 1) * PAGE < found.length && (
                    <button type="button" className="deskbtn" onClick={() => setPage(page + 1)}>
                      <Trans>Next</Trans>
                    </button>
                  )}
                </div>
              )}
            </>
          );
        }}
      </Answer>
      {chosen && <ChangeRole person={chosen} onClose={() => setChosen(undefined)} onChange={onChange} />}
    </Panel>
  );
}

function WaysIn({ passkeys, hasEmail }: Person) {
  if (passkeys === 0 && !hasEmail) return <Trans>none</Trans>;
  return (
    <span>
      {passkeys > 0 && <Plural value={passkeys} one="# passkey" other="# passkeys" />}
      {passkeys > 0 && hasEmail && ', '}
      {hasEmail && <Trans>email</Trans>}
    </span>
  );
}

interface ChangeRoleProps {
  readonly person: Person;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

function ChangeRole({ person: { accountId, name, role }, onClose, onChange }: ChangeRoleProps) {
  const { i18n } = useLingui();
  const { api } = useApp();
  const { act, people } = useDesk();
  const admins = valueOf(people)?.people.filter((person) => person.role === 'admin').length ?? 0;
  async function propose(fields: FormData): Promise<void> {
    onClose();
    const body = { accountId, role: roleFrom(fields.get('role')) };
    if (await act<RoleChangeReply>(() => api.post('/api/admin/role-changes', { body }))) onChange();
  }
  return (
    <Dialog
      title={<Trans>Another role for {name}?</Trans>}
      consequences={[
        {
          key: 'second',
          line:
            admins > 1 ? (
              <Trans>Nothing changes until another admin approves, within 24 hours.</Trans>
            ) : (
              <Trans>There is no other admin: it waits up to 24 hours until it is approved on the console.</Trans>
            ),
        },
        { key: 'admin', line: <Trans>An admin sees all of this desk, and may change what is on it.</Trans> },
        { key: 'money', line: <Trans>Credits and phones stay as they are.</Trans> },
      ]}
      undo={<Trans>To undo it, propose the old role again.</Trans>}
      keep={<Trans>Keep the role</Trans>}
      act={<Trans>Propose</Trans>}
      onAct={(fields) => void propose(fields)}
      onClose={onClose}
    >
      <div className="desk-field">
        <label htmlFor="new-role">
          <Trans>New role</Trans>
        </label>
        <select id="new-role" name="role">
          {ROLES.filter((other) => other !== role).map((other) => (
            <option key={other} value={other}>
              {i18n._(ROLE_WORDS[other])}
            </option>
          ))}
        </select>
      </div>
    </Dialog>
  );
}
