import { Trans, useLingui } from '@lingui/react/macro';
import type { AdjustmentsView, AdjustmentView } from '../../../shared/protocol/rest.ts';
import type { Loaded } from '../../data/resource.ts';
import { money, when } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';
import { Answer, Panel } from '../Panel.tsx';
import { Table } from '../Table.tsx';
import { AdjustmentState } from './AdjustmentState.tsx';

interface ActsProps {
  readonly onReject: (adjustment: AdjustmentView) => void;
  readonly onApprove: (adjustment: AdjustmentView) => void;
}

interface AdjustmentsProps extends ActsProps {
  readonly loaded: Loaded<AdjustmentsView>;
  readonly refresh: () => Promise<void>;
  readonly isNewest: boolean;
  /** Those before this one; nothing = the newest. */
  readonly onPage: (before: number | undefined) => void;
}

/** Every adjustment there was, newest first, and what waits for a second admin. */
export function Adjustments({ loaded, refresh, isNewest, onPage, ...acts }: AdjustmentsProps) {
  const { t } = useLingui();
  return (
    <Panel question={<Trans>What was adjusted, and what waits?</Trans>} note={<Trans>newest first</Trans>} span={8}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the adjustments</Trans>}
        failed={<Trans>Nothing of it is lost: the books have it.</Trans>}
      >
        {({ adjustments, nextBefore }) => (
          <>
            <Table
              label={t`Adjustments of credits`}
              columns={[
                { title: t`Whose`, cell: (adjustment) => <Whose adjustment={adjustment} /> },
                { title: t`Amount`, cell: ({ micros }) => <b>{signed(micros)}</b> },
                { title: t`Why`, cell: ({ reason }) => <bdi className="desk-text">{reason}</bdi> },
                { title: t`State`, cell: (adjustment) => <AdjustmentState adjustment={adjustment} /> },
                { title: '', cell: (adjustment) => <Acts adjustment={adjustment} {...acts} />, isNumber: true },
              ]}
              rows={adjustments}
              keyOf={({ id }) => id}
              empty={<Trans>Nothing was adjusted by hand.</Trans>}
            />
            {(!isNewest || nextBefore !== null) && (
              <div className="desk-row">
                {!isNewest && (
                  <button type="button" className="deskbtn" onClick={() => onPage(undefined)}>
                    <Trans>Show the newest</Trans>
                  </button>
                )}
                {nextBefore !== null && (
                  <button type="button" className="deskbtn" onClick={() => onPage(nextBefore)}>
                    <Trans>Show older</Trans>
                  </button>
                )}
              </div>
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}

function Whose({ adjustment: { accountId, authorId, at } }: { readonly adjustment: AdjustmentView }) {
  const { nameOf } = useDesk();
  const [by, time] = [nameOf(authorId), when(at)];
  return (
    <span>
      <bdi>{nameOf(accountId)}</bdi>
      <small>
        <Trans>
          by <bdi>{by}</bdi>, {time}
        </Trans>
      </small>
    </span>
  );
}

/** A plus says that it was given. */
const signed = (micros: number): string => (micros > 0 ? `+${money(micros)}` : money(micros));

function Acts({ adjustment, onReject, onApprove }: ActsProps & { readonly adjustment: AdjustmentView }) {
  const { t } = useLingui();
  const { me, nameOf } = useDesk();
  const { state, authorId, accountId } = adjustment;
  if (state !== 'proposed') return undefined;
  const name = nameOf(accountId);
  return (
    <span className="desk-row">
      <button
        type="button"
        className="deskbtn"
        aria-label={t`Reject the adjustment for ${name}`}
        onClick={() => onReject(adjustment)}
      >
        <Trans>Reject</Trans>
      </button>
      {authorId === me.accountId || accountId === me.accountId ? (
        <Trans>another admin approves</Trans>
      ) : (
        <button
          type="button"
          className="deskbtn"
          aria-label={t`Approve the adjustment for ${name}`}
          onClick={() => onApprove(adjustment)}
        >
          <Trans>Approve</Trans>
        </button>
      )}
    </span>
  );
}
