import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { PersonDetail } from '../../../shared/protocol/account.ts';
import { dayAndMonth, money, when, whole } from '../../ui/format.ts';
import { useServer } from '../desk.ts';
import { DeskPage } from '../DeskPage.tsx';
import { Figures } from '../Figures.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { ChangeRole } from './ChangeRole.tsx';
import { PersonPhones } from './PersonPhones.tsx';
import { ROLE_WORDS } from './role-words.ts';
import { WaysIn } from './WaysIn.tsx';

/** Somebody: what they may do, what their phones did, and what was found about those. */
export function Person({ id, notice }: { readonly id: string; readonly notice: ReactNode }) {
  const { t } = useLingui();
  const { loaded, refresh } = useServer<PersonDetail>(`/api/admin/people/${encodeURIComponent(id)}`);
  const name = loaded.state === 'ready' ? loaded.value.name : t`Account ${id}`;
  const answer = {
    ...{ loaded, refresh },
    failed: <Trans>Their account, their phones and their credits are as they were.</Trans>,
  };
  return (
    <DeskPage title={name} notice={notice}>
      <Panel question={<Trans>Who is it?</Trans>} span={4}>
        <Answer {...answer} loading={<Trans>Loading the person</Trans>}>
          {(person) => <About person={person} refresh={refresh} />}
        </Answer>
      </Panel>
      {loaded.state === 'ready' && <PersonPhones person={loaded.value} />}
    </DeskPage>
  );
}

interface AboutProps {
  readonly person: PersonDetail;
  readonly refresh: () => Promise<void>;
}

function About({ person, refresh }: AboutProps) {
  const { i18n } = useLingui();
  const [isChanging, setChanging] = useState(false);
  const { accountId, role, createdAt, units, unitsThisMonth, lastWorkAt, invite, sessions, keys } = person;
  return (
    <>
      <Figures
        rows={[
          { key: 'role', name: <Trans>Role</Trans>, value: i18n._(ROLE_WORDS[role]) },
          { key: 'number', name: <Trans>Account</Trans>, value: <span className="mono">{accountId}</span> },
          { key: 'since', name: <Trans>Since</Trans>, value: dayAndMonth(createdAt) },
          {
            key: 'invite',
            name: <Trans>Came by</Trans>,
            value: invite ? <InviteOf word={i18n._(ROLE_WORDS[invite.role])} /> : <Trans>no invite</Trans>,
          },
          { key: 'ways', name: <Trans>Ways in</Trans>, value: <WaysIn {...person} /> },
          {
            key: 'sessions',
            name: <Trans>Signed in with</Trans>,
            value: <Plural value={sessions} one="# browser" other="# browsers" />,
          },
          { key: 'keys', name: <Trans>API keys</Trans>, value: whole(keys) },
          { key: 'month', name: <Trans>Units this month</Trans>, value: whole(unitsThisMonth) },
          { key: 'units', name: <Trans>Units ever</Trans>, value: whole(units) },
          { key: 'posted', name: <Trans>Posted</Trans>, value: money(person.postedMicros) },
          { key: 'pending', name: <Trans>Pending</Trans>, value: money(person.pendingMicros) },
          {
            key: 'work',
            name: <Trans>Last work</Trans>,
            value: lastWorkAt === null ? <Trans>never</Trans> : when(lastWorkAt),
          },
        ]}
      />
      <div className="desk-row">
        <button type="button" className="deskbtn" onClick={() => setChanging(true)}>
          <Trans>Change role</Trans>
        </button>
        <Link className="deskbtn" href={`/admin/audit-log?actor=${accountId}`}>
          <Trans>What they did</Trans>
        </Link>
        <Link className="deskbtn" href="/admin/people">
          <Trans>All people</Trans>
        </Link>
      </div>
      {isChanging && <ChangeRole person={person} onClose={() => setChanging(false)} onChange={() => void refresh()} />}
    </>
  );
}

function InviteOf({ word }: { readonly word: string }) {
  return <Trans>an invite: {word}</Trans>;
}
