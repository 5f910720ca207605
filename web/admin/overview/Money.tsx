import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { OverviewView } from '../../../shared/protocol/rest.ts';
import { money, percent, whole } from '../../ui/format.ts';
import { PartsBar } from '../charts/PartsBar.tsx';
import { Figures } from '../Figures.tsx';
import { Panel } from '../Panel.tsx';

/** What of the phase's budget is promised, and how long the rest lasts. */
export function Money({ view: { money: book, units, programme } }: { readonly view: OverviewView }) {
  const { t } = useLingui();
  const { phaseBudgetMicros, freeMicros, reservedMicros, pendingMicros, postedMicros } = book;
  const owed = pendingMicros + postedMicros;
  const budget = money(phaseBudgetMicros);
  const today = units.reduce((sum, { micros }) => sum + micros, 0);
  const part = (micros: number): string => (micros === 0 ? money(0) : money(Math.round(micros / 10_000) * 10_000));
  return (
    <Panel question={<Trans>What do we owe?</Trans>} note={<Trans>this phase</Trans>} span={5}>
      <p className="ans">
        <span className="num">{part(owed)}</span>
        {phaseBudgetMicros > 0 && <Share share={percent((100 * owed) / phaseBudgetMicros)} budget={budget} />}
      </p>
      <PartsBar
        parts={[
          { key: 'posted', label: t`posted`, value: postedMicros, shown: part(postedMicros), look: 'plain' },
          { key: 'pending', label: t`pending`, value: pendingMicros, shown: part(pendingMicros), look: 'hatched' },
          { key: 'reserved', label: t`reserved`, value: reservedMicros, shown: part(reservedMicros), look: 'dotted' },
          { key: 'free', label: t`free`, value: freeMicros, shown: part(freeMicros), look: 'empty' },
        ]}
      />
      <Figures
        rows={[
          { key: 'day', name: <Trans>Credited in 24 hours</Trans>, value: money(today) },
          {
            key: 'units',
            name: <Trans>Units the free budget pays</Trans>,
            value: whole(Math.floor(freeMicros / Math.max(1, programme.priceMicros))),
          },
          {
            key: 'days',
            name: <Trans>Lasts, at the rate of 24 hours</Trans>,
            value: <Lasts free={freeMicros} aDay={today} />,
          },
        ]}
      />
    </Panel>
  );
}

function Share({ share, budget }: { readonly share: string; readonly budget: string }) {
  return (
    <Trans>
      {share} of the {budget} budget
    </Trans>
  );
}

/** More than this is as good as for ever. */
const MOST_DAYS = 10 * 365;

function Lasts({ free, aDay }: { readonly free: number; readonly aDay: number }) {
  if (aDay === 0) return <Trans>not enough data yet</Trans>;
  const days = Math.floor(free / aDay);
  if (days > MOST_DAYS) return <Trans>more than 10 years</Trans>;
  return <Plural value={days} one="about # day" other="about # days" />;
}
