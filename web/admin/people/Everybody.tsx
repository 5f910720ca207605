import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { PEOPLE_SORTS, type PeopleSort, type PeopleView, type PersonView } from '../../../shared/protocol/account.ts';
import { dayAndMonth, money, when, whole } from '../../ui/format.ts';
import { type FromServer } from '../desk.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { ChangeRole } from './ChangeRole.tsx';
import { ROLE_WORDS, ROLES, SORT_WORDS } from './role-words.ts';
import { WaysIn } from './WaysIn.tsx';

/** People a page: as many as the server gives. */
const PAGE = 20;

/** Where the page of people that the address names is asked for. */
export function peoplePath(shown: URLSearchParams): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const name of ['search', 'role', 'sort', 'offset']) {
    const value = shown.get(name);
    if (value !== null && value !== '') query.set(name, value);
  }
  return `/api/admin/people?${query}`;
}

interface EverybodyProps extends FromServer<PeopleView> {
  readonly onChange: () => void;
}

/** Everybody, found by name and role, in the order an operator asks for; the address keeps what was asked. */
export function Everybody({ loaded, refresh, onChange }: EverybodyProps) {
  const { t, i18n } = useLingui();
  const [chosen, setChosen] = useState<PersonView>();
  const [, setShown] = useSearchParams();
  const offset = useOffset();
  const turn = (to: number): void =>
    setShown((before) => {
      const next = new URLSearchParams(before);
      if (to > 0) next.set('offset', String(to));
      else next.delete('offset');
      return next;
    });
  return (
    <Panel question={<Trans>Who is here?</Trans>}>
      <Search />
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the people</Trans>}
        failed={<Trans>Everybody keeps their account and their role.</Trans>}
      >
        {({ people, matching }) => {
          const [from, to, all] = [offset + 1, offset + people.length, matching].map(whole);
          return (
            <>
              <Table
                label={t`People`}
                columns={[
                  {
                    title: t`Name`,
                    cell: (person) => <Name {...person} />,
                  },
                  { title: t`Role`, cell: ({ role }) => i18n._(ROLE_WORDS[role]) },
                  { title: t`Ways in`, cell: (person) => <WaysIn {...person} /> },
                  { title: t`Phones`, cell: (person) => <Phones {...person} />, isNumber: true },
                  { title: t`Units this month`, cell: (person) => <Units {...person} />, isNumber: true },
                  { title: t`Posted`, cell: (person) => <Credits {...person} />, isNumber: true },
                  {
                    title: t`Last work`,
                    cell: ({ lastWorkAt }) => (lastWorkAt === null ? <Trans>never</Trans> : when(lastWorkAt)),
                  },
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
                rows={people}
                keyOf={({ accountId }) => accountId}
                empty={offset > 0 ? <Trans>Nobody on this page.</Trans> : <Trans>Nobody like that.</Trans>}
              />
              <div className="desk-row">
                {people.length > 0 && (
                  <p className="meta">
                    <Trans>
                      {from} to {to} of {all}
                    </Trans>
                  </p>
                )}
                {offset > 0 && (
                  <button type="button" className="deskbtn" onClick={() => turn(Math.max(0, offset - PAGE))}>
                    <Trans>Back</Trans>
                  </button>
                )}
                {offset + people.length < matching && (
                  <button type="button" className="deskbtn" onClick={() => turn(offset + PAGE)}>
                    <Trans>Next</Trans>
                  </button>
                )}
              </div>
            </>
          );
        }}
      </Answer>
      {chosen && <ChangeRole person={chosen} onClose={() => setChosen(undefined)} onChange={onChange} />}
    </Panel>
  );
}

function useOffset(): number {
  const [shown] = useSearchParams();
  const offset = Number(shown.get('offset'));
  return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}

/** Changing what is sought begins at the first page, and leaves no step behind for the way back. */
function Search() {
  const { i18n } = useLingui();
  const [shown, setShown] = useSearchParams();
  const set = (name: string, value: string): void =>
    setShown(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete('offset');
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <form className="desk-row" role="search" onSubmit={(event) => event.preventDefault()}>
      <div className="desk-field">
        <label htmlFor="sought">
          <Trans>Search by name</Trans>
        </label>
        <input
          id="sought"
          type="search"
          maxLength={60}
          value={shown.get('search') ?? ''}
          onChange={({ currentTarget }) => set('search', currentTarget.value)}
        />
      </div>
      <div className="desk-field">
        <label htmlFor="sought-role">
          <Trans>Role</Trans>
        </label>
        <select
          id="sought-role"
          value={shown.get('role') ?? ''}
          onChange={({ currentTarget }) => set('role', currentTarget.value)}
        >
          <option value="">
            <Trans>any</Trans>
          </option>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {i18n._(ROLE_WORDS[role])}
            </option>
          ))}
        </select>
      </div>
      <div className="desk-field">
        <label htmlFor="sought-sort">
          <Trans>Order</Trans>
        </label>
        <select
          id="sought-sort"
          value={shown.get('sort') ?? ('newest' satisfies PeopleSort)}
          onChange={({ currentTarget }) => set('sort', currentTarget.value)}
        >
          {PEOPLE_SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {i18n._(SORT_WORDS[sort])}
            </option>
          ))}
        </select>
      </div>
    </form>
  );
}

function Name({ accountId, name, createdAt }: PersonView) {
  const day = dayAndMonth(createdAt);
  return (
    <span>
      <Link className="desk-link" href={`/admin/people/${accountId}`}>
        <bdi>{name}</bdi>
      </Link>
      <small>
        <Trans>since {day}</Trans>
      </small>
    </span>
  );
}

function Phones({ devices, linked }: PersonView) {
  const here = whole(linked);
  return (
    <span>
      {whole(devices)}
      {linked > 0 && (
        <small>
          <Trans>{here} here now</Trans>
        </small>
      )}
    </span>
  );
}

function Units({ units, unitsThisMonth }: PersonView) {
  const ever = whole(units);
  return (
    <span>
      {whole(unitsThisMonth)}
      <small>
        <Trans>{ever} ever</Trans>
      </small>
    </span>
  );
}

function Credits({ postedMicros, pendingMicros }: PersonView) {
  const pending = money(pendingMicros);
  return (
    <span>
      {money(postedMicros)}
      {pendingMicros > 0 && (
        <small>
          <Trans>{pending} pending</Trans>
        </small>
      )}
    </span>
  );
}
