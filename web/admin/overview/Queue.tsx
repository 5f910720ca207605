import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { OverviewView } from '../../../shared/protocol/rest.ts';
import { percent, seconds, whole } from '../../ui/format.ts';
import { PartsBar } from '../charts/PartsBar.tsx';
import { Panel } from '../Panel.tsx';

/** What waits, since when, and who does it. */
export function Queue({ view: { queue, lastHour, at } }: { readonly view: OverviewView }) {
  const { t } = useLingui();
  const { jobs, phoneUnits, serverUnits } = lastHour;
  const all = phoneUnits + serverUnits;
  const share = (units: number): string => percent((100 * units) / all);
  const oldest = queue.oldestAt === null ? undefined : seconds(at - queue.oldestAt);
  return (
    <Panel question={<Trans>How long is the queue?</Trans>} note={<Trans>units nobody has begun</Trans>} span={4}>
      <p className="ans">
        <span className="num">{whole(queue.waitingUnits)}</span>
        <Plural value={queue.runningJobs} one="# request runs" other="# requests run" />
      </p>
      <p className="meta">
        {oldest === undefined ? <Trans>No request waits.</Trans> : <Trans>The oldest has run for {oldest}.</Trans>}
      </p>
      <h3 className="meta">
        <Trans>Who did the work of the last hour?</Trans>
      </h3>
      {all === 0 ? (
        <p className="meta">
          <Trans>No request ended in it.</Trans>
        </p>
      ) : (
        <>
          <PartsBar
            parts={[
              { key: 'phones', label: t`phones`, value: phoneUnits, shown: share(phoneUnits), look: 'plain' },
              { key: 'servers', label: t`our servers`, value: serverUnits, shown: share(serverUnits), look: 'hatched' },
            ]}
          />
          <p className="meta">
            <Plural value={jobs} one="# request ended" other="# requests ended" />
          </p>
        </>
      )}
    </Panel>
  );
}
