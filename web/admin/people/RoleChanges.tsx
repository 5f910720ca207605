import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Done, RoleChangeReply, RoleChangesView, RoleChangeView } from '../../../shared/protocol/account.ts';
import { DAY } from '../../../shared/time.ts';
import { useApp } from '../../app-context.ts';
import type { Loaded } from '../../data/resource.ts';
import { when } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { ROLE_WORDS } from './role-words.ts';

interface RoleChangesProps {
  readonly loaded: Loaded<RoleChangesView>;
  readonly refresh: () => Promise<void>;
  readonly onChange: () => void;
}

/** Proposals that wait for a second admin: neither who made it nor whom it is about. Any admin may say no. */
export function RoleChanges({ loaded, refresh, onChange }: RoleChangesProps) {
  const { t, i18n } = useLingui();
  const { api } = useApp();
  const { me, nameOf, act } = useDesk();
  const [chosen, setChosen] = useState<RoleChangeView>();
  async function reject({ id }: RoleChangeView): Promise<void> {
    if (await act<Done>(() => api.delete(`/api/admin/role-changes/${id}`))) onChange();
  }
  async function approve({ id }: RoleChangeView): Promise<void> {
    setChosen(undefined);
    if (await act<RoleChangeReply>(() => api.post(`/api/admin/role-changes/${id}/approval`, { body: {} }))) onChange();
  }
  return (
    <Panel question={<Trans>Which roles wait for a second admin?</Trans>}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading what waits</Trans>}
        failed={<Trans>What was proposed still waits.</Trans>}
      >
        {({ changes }) => (
          <Table
            label={t`Proposed roles`}
            columns={[
              { title: t`Who`, cell: ({ accountId }) => <bdi>{nameOf(accountId)}</bdi> },
              { title: t`Becomes`, cell: ({ role }) => i18n._(ROLE_WORDS[role]) },
              { title: t`Proposed by`, cell: ({ proposedBy }) => <bdi>{nameOf(proposedBy)}</bdi> },
              { title: t`Open until`, cell: ({ proposedAt }) => when(proposedAt + DAY) },
              {
                title: '',
                cell: (change) => (
                  <span className="desk-row">
                    <button
                      type="button"
                      className="deskbtn"
                      aria-label={t`Reject the role of ${nameOf(change.accountId)}`}
                      onClick={() => void reject(change)}
                    >
                      <Trans>Reject</Trans>
                    </button>
                    {change.proposedBy === me.accountId || change.accountId === me.accountId ? (
                      <Trans>another admin approves</Trans>
                    ) : (
                      <button
                        type="button"
                        className="deskbtn"
                        aria-label={t`Approve the role of ${nameOf(change.accountId)}`}
                        onClick={() => setChosen(change)}
                      >
                        <Trans>Approve</Trans>
                      </button>
                    )}
                  </span>
                ),
                isNumber: true,
              },
            ]}
            rows={changes}
            keyOf={({ id }) => id}
            empty={<Trans>None. What another admin proposes stands here for a day.</Trans>}
          />
        )}
      </Answer>
      {chosen && <Approve change={chosen} onAct={() => void approve(chosen)} onClose={() => setChosen(undefined)} />}
    </Panel>
  );
}

interface ApproveProps {
  readonly change: RoleChangeView;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

function Approve({ change: { accountId, role, proposedBy }, onAct, onClose }: ApproveProps) {
  const { i18n } = useLingui();
  const { nameOf } = useDesk();
  const [name, by, word] = [nameOf(accountId), nameOf(proposedBy), i18n._(ROLE_WORDS[role])];
  return (
    <Dialog
      title={<Trans>Approve what {by} proposed?</Trans>}
      consequences={[
        {
          key: 'role',
          line: (
            <Trans>
              {name} becomes: {word}. It holds at once.
            </Trans>
          ),
        },
        { key: 'log', line: <Trans>The audit log names both of you.</Trans> },
      ]}
      undo={<Trans>To undo it, propose the old role again.</Trans>}
      keep={<Trans>Let it wait</Trans>}
      act={<Trans>Approve</Trans>}
      onAct={onAct}
      onClose={onClose}
    />
  );
}
