import { Trans, useLingui } from '@lingui/react/macro';
import type { PolicyChangeView, PolicyView } from '../../../shared/protocol/rest.ts';
import type { Loaded } from '../../data/resource.ts';
import { when } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { Changed } from './Changed.tsx';

interface HistoryProps {
  readonly loaded: Loaded<PolicyView>;
  readonly refresh: () => Promise<void>;
  readonly onReject: (change: PolicyChangeView) => void;
  readonly onApprove: (change: PolicyChangeView) => void;
  readonly onUndo: (change: PolicyChangeView) => void;
}

/** Every change there was, newest first, and what waits for a second admin. */
export function History({ loaded, refresh, ...acts }: HistoryProps) {
  const { t } = useLingui();
  const { nameOf } = useDesk();
  return (
    <Panel question={<Trans>What was changed, and what waits?</Trans>} note={<Trans>newest first</Trans>} span={8}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the history</Trans>}
        failed={<Trans>Nothing of it is lost: the audit log has it too.</Trans>}
      >
        {({ changes }) => (
          <Table
            label={t`Changes of the policy`}
            columns={[
              { title: t`When`, cell: ({ at }) => when(at) },
              { title: t`Who`, cell: ({ authorId }) => <bdi>{nameOf(authorId)}</bdi> },
              { title: t`Changes`, cell: (change) => <Changed changes={change.changes} /> },
              { title: t`Why`, cell: ({ reason }) => <bdi className="desk-text">{reason}</bdi> },
              { title: t`State`, cell: (change) => <State change={change} /> },
              {
                title: '',
                cell: (change) => <Acts change={change} {...acts} />,
                isNumber: true,
              },
            ]}
            rows={changes}
            keyOf={({ id }) => id}
            empty={<Trans>Nothing was changed: everything is as the program has it.</Trans>}
          />
        )}
      </Answer>
    </Panel>
  );
}

function State({ change: { state, expiresAt, decidedBy } }: { readonly change: PolicyChangeView }) {
  const { nameOf } = useDesk();
  const by = nameOf(decidedBy);
  switch (state) {
    case 'proposed': {
      const until = when(expiresAt ?? 0);
      return (
        <span>
          <span className="mk mk--pending">
            <Trans>Proposed</Trans>
          </span>
          <small>
            <Trans>until {until}</Trans>
          </small>
        </span>
      );
    }
    case 'approved':
      return (
        <span>
          <span className="mk mk--posted">
            <Trans>Approved</Trans>
          </span>
          <small>
            <Trans>by {by}</Trans>
          </small>
        </span>
      );
    case 'rejected':
      return (
        <span>
          <span className="mk mk--bad">
            <Trans>Rejected</Trans>
          </span>
          <small>
            <Trans>by {by}</Trans>
          </small>
        </span>
      );
    case 'expired':
      return (
        <span className="mk mk--void">
          <Trans>Expired</Trans>
        </span>
      );
  }
}

type ActsProps = Omit<HistoryProps, 'loaded' | 'refresh'> & { readonly change: PolicyChangeView };

function Acts({ change, onReject, onApprove, onUndo }: ActsProps) {
  const { me } = useDesk();
  if (change.state === 'approved')
    return (
      <button type="button" className="deskbtn" onClick={() => onUndo(change)}>
        <Trans>Undo</Trans>
      </button>
    );
  if (change.state !== 'proposed') return undefined;
  return (
    <span className="desk-row">
      <button type="button" className="deskbtn" onClick={() => onReject(change)}>
        <Trans>Reject</Trans>
      </button>
      {change.authorId === me.accountId ? (
        <Trans>another admin approves</Trans>
      ) : (
        <button type="button" className="deskbtn" onClick={() => onApprove(change)}>
          <Trans>Approve</Trans>
        </button>
      )}
    </span>
  );
}
