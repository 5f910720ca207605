import { Trans, useLingui } from '@lingui/react/macro';
import type { Credits } from '../../shared/protocol/app.ts';
import type { ConnectionView } from '../data/connection.ts';
import type { Loaded } from '../data/resource.ts';
import { money, whole } from './format.ts';
import { Failure, Loading, StaleLine } from './states.tsx';

interface FiguresProps {
  readonly credits: Loaded<Credits>;
  readonly connection: ConnectionView;
  readonly onRetry: () => void;
}

/** Two numbers, and big means final: units that counted, credits that are posted. What is pending stands beneath, hatched. */
export function Figures({ credits, connection, onRetry }: FiguresProps) {
  const { t } = useLingui();
  if (credits.state === 'loading') {
    return (
      <Loading onRetry={onRetry}>
        <Trans>Getting your numbers</Trans>
      </Loading>
    );
  }
  if (credits.state === 'failed') {
    return (
      <Failure problem={credits.problem} onRetry={onRetry}>
        <Trans>Your numbers did not load. Your credits are safe.</Trans>
      </Failure>
    );
  }
  const { unitsToday, units, postedMicros, pendingMicros } = credits.value;
  const isStale = credits.problem !== undefined || !connection.isOnline;
  const all = whole(units);
  const pending = money(pendingMicros);
  return (
    <section className={isStale ? 'card figures is-stale' : 'card figures'} aria-label={t`Your numbers`}>
      {isStale && <StaleLine at={credits.at} isOnline={connection.isOnline} />}
      <div className="two">
        <div className="fig">
          <span className="k">
            <Trans>Units today</Trans>
          </span>
          <span className="v">{whole(unitsToday)}</span>
          <span className="n">
            {units === 0 ? <Trans>The first part makes one</Trans> : <Trans>{all} in all</Trans>}
          </span>
        </div>
        <div className="fig">
          <span className="k">
            <Trans>Credits posted</Trans>
          </span>
          <span className="v">{money(postedMicros)}</span>
          <span className="n">
            <i className="swatch hatch" />
            <Trans>{pending} pending</Trans>
          </span>
        </div>
      </div>
    </section>
  );
}
