import { Trans, useLingui } from '@lingui/react/macro';
import type { UnitHour } from '../../../shared/protocol/rest.ts';
import { money, whole } from '../../ui/format.ts';
import { HourChart } from '../charts/HourChart.tsx';
import { topOf } from '../charts/top-of.ts';
import { Panel } from '../Panel.tsx';

/** Units of phones, hour by hour. */
export function Work({ units: hours }: { readonly units: readonly UnitHour[] }) {
  const { t } = useLingui();
  const all = hours.reduce((sum, { units }) => sum + units, 0);
  const micros = hours.reduce((sum, hour) => sum + hour.micros, 0);
  const [total, credited] = [whole(all), money(micros)];
  return (
    <Panel question={<Trans>How much do phones do?</Trans>} note={<Trans>units of each hour, 24 h</Trans>} span={7}>
      <p className="ans">
        <span className="num">{total}</span>
        <Trans>units accepted and not voided, credited with {credited}</Trans>
      </p>
      {all === 0 ? (
        <p className="meta">
          <Trans>None in 24 hours.</Trans>
        </p>
      ) : (
        <HourChart
          shape="bars"
          finding={t`${total} units of phones in the last 24 hours, by the hour.`}
          label={t`Units by the hour`}
          hourTitle={t`Hour`}
          valueTitle={t`Units`}
          hours={hours.map(({ from, units }) => ({ from, value: units }))}
          show={whole}
          topOf={topOf}
          showRound={whole}
        />
      )}
    </Panel>
  );
}
