import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { OverviewView } from '../../../shared/protocol/rest.ts';
import { whole } from '../../ui/format.ts';
import { BarRows } from '../charts/BarRows.tsx';
import { PartsBar } from '../charts/PartsBar.tsx';
import { Panel } from '../Panel.tsx';
import { restName } from '../rest-names.ts';

/** Phones with an open link: what they do, and why those rest that rest. */
export function Fleet({ fleet: { linked, computing, resting, optedIn } }: { readonly fleet: OverviewView['fleet'] }) {
  const { t, i18n } = useLingui();
  const restingCount = Object.values(resting).reduce((sum, count) => sum + count, 0);
  const idle = Math.max(0, linked - computing - restingCount);
  return (
    <Panel question={<Trans>How many phones are here?</Trans>} note={<Trans>with an open link</Trans>} span={4}>
      <p className="ans">
        <span className="num">{whole(linked)}</span>
        <Plural value={optedIn} one="of # that is opted in" other="of # that are opted in" />
      </p>
      <PartsBar
        parts={[
          { key: 'computing', label: t`computing`, value: computing, shown: whole(computing), look: 'plain' },
          { key: 'idle', label: t`without work`, value: idle, shown: whole(idle), look: 'dotted' },
          { key: 'resting', label: t`resting`, value: restingCount, shown: whole(restingCount), look: 'hatched' },
        ]}
      />
      {restingCount > 0 && (
        <BarRows
          label={t`Why phones rest`}
          rows={Object.entries(resting).map(([code, count]) => {
            const name = restName(code);
            return { key: code, label: name ? i18n._(name) : code, count };
          })}
        />
      )}
      {linked === 0 && (
        <p className="meta">
          <Trans>None now. A phone has a link while its app is in front and its driver agrees.</Trans>
        </p>
      )}
    </Panel>
  );
}
