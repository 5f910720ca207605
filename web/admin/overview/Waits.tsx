import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { WaitHour } from '../../../shared/protocol/rest.ts';
import { seconds } from '../../ui/format.ts';
import { HourChart } from '../charts/HourChart.tsx';
import { topOfSeconds } from '../charts/top-of.ts';
import { roundTime } from '../figures.ts';
import { Panel } from '../Panel.tsx';

/** Fewer answers say nothing typical. */
const LEAST_ANSWERS = 3;

/** From asking to the answer, hour by hour. */
export function Waits({ waits }: { readonly waits: readonly WaitHour[] }) {
  const { t } = useLingui();
  const answered = waits.reduce((sum, hour) => sum + hour.answered, 0);
  const newest = waits.findLast((hour) => hour.answered >= LEAST_ANSWERS);
  const median = newest?.medianMs == null ? undefined : seconds(newest.medianMs);
  return (
    <Panel question={<Trans>How long do people wait?</Trans>} note={<Trans>median of each hour, 24 h</Trans>} span={7}>
      <p className="ans">
        {median === undefined ? (
          <Trans>not enough data yet</Trans>
        ) : (
          <>
            <span className="num">{median}</span>
            <Trans>in the last hour with three answers or more</Trans>
          </>
        )}
      </p>
      <p className="meta">
        <Plural value={answered} one="# answer in 24 hours" other="# answers in 24 hours" />
      </p>
      {answered > 0 && (
        <HourChart
          shape="line"
          finding={
            median === undefined
              ? t`Median wait of each of the last 24 hours.`
              : t`Median wait of each of the last 24 hours, now ${median}.`
          }
          label={t`Median wait by the hour`}
          hourTitle={t`Hour`}
          valueTitle={t`Median wait`}
          hours={waits.map(({ from, medianMs }) => ({ from, value: medianMs === null ? null : medianMs / 1000 }))}
          show={(value) => seconds(value * 1000)}
          topOf={topOfSeconds}
          showRound={roundTime}
        />
      )}
    </Panel>
  );
}
