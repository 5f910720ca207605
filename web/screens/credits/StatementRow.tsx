import { Plural, Trans } from '@lingui/react/macro';
import { Link } from 'wouter';
import { unreachable } from '../../../shared/assert.ts';
import type { CreditRow } from '../../../shared/protocol/app.ts';
import { dayAndMonth, money, when } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';

/** One exchange that was credited, or an adjustment by us: what, when, how much, and where it stands, with the reason in the same row. */
export function StatementRow({ row }: { readonly row: CreditRow }) {
  const { evidenceId } = row;
  if (evidenceId === null) {
    return (
      <li>
        <Columns row={row} />
      </li>
    );
  }
  return (
    <li>
      <Link className="row" href={`/credits/finding/${evidenceId}`}>
        <Columns row={row} />
        <Icon name="chevron-right" size="s" />
      </Link>
    </li>
  );
}

function Columns({ row }: { readonly row: CreditRow }) {
  const amount = money(row.amountMicros);
  return (
    <>
      <Icon name={row.adjusted ? 'receipt-text' : 'route'} />
      <span className="m">
        {row.adjusted ? <Adjusted reason={row.adjusted.reason} /> : <Work row={row} />}
        <small>
          {when(row.at)}
          <Note row={row} />
        </small>
      </span>
      <span className="a">
        <span className={row.state === 'void' ? 'struck' : undefined}>{amount}</span>
        <MoneyMark state={row.state} />
      </span>
    </>
  );
}

function Work({ row }: { readonly row: CreditRow }) {
  return (
    <>
      <KindName kind={row.kind} />, <Plural value={row.units} one="# unit" other="# units" />
    </>
  );
}

/** In the words of the admin who did it, in whatever language and direction those are. */
function Adjusted({ reason }: { readonly reason: string }) {
  return (
    <Trans>
      Adjusted by us: <bdi className="said">{reason}</bdi>
    </Trans>
  );
}

function KindName({ kind }: { readonly kind: string }) {
  return kind === 'route-plan' ? <Trans>Route</Trans> : <>{kind}</>;
}

function Note({ row }: { readonly row: CreditRow }) {
  switch (row.state) {
    case 'posted':
      return undefined;
    case 'pending': {
      if (row.isHeld) return <Trans>, held while its phone is stopped</Trans>;
      if (row.postsAt === null) return <Trans>, being checked</Trans>;
      const date = dayAndMonth(row.postsAt);
      return <Trans>, posts by {date}</Trans>;
    }
    case 'void':
      return <Trans>, a spot check found a different result</Trans>;
    case 'restored':
      return <Trans>, checked again: it was right</Trans>;
    default:
      return unreachable(row.state);
  }
}

/** Solid tick, hatched hourglass, struck: shape and word say it, colour only repeats it. */
function MoneyMark({ state }: Pick<CreditRow, 'state'>) {
  switch (state) {
    case 'posted':
    case 'restored':
      return (
        <span className="mk mk--posted">
          <Icon name="check" />
          <Trans>posted</Trans>
        </span>
      );
    case 'pending':
      return (
        <span className="mk mk--pending">
          <Icon name="hourglass" />
          <Trans>pending</Trans>
        </span>
      );
    case 'void':
      return (
        <span className="mk mk--void">
          <Icon name="x" />
          <Trans>voided</Trans>
        </span>
      );
    default:
      return unreachable(state);
  }
}
