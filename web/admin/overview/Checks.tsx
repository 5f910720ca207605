import { Trans } from '@lingui/react/macro';
import type { OverviewView } from '../../../shared/protocol/rest.ts';
import { percent, tenths, whole } from '../../ui/format.ts';
import { fineShare } from '../figures.ts';
import { Figures } from '../Figures.tsx';
import { Panel } from '../Panel.tsx';

/** Of fewer units a share of wrong ones says nothing. */
const LEAST_UNITS = 100;

interface ChecksProps {
  readonly checks: OverviewView['checks'];
  readonly units: OverviewView['units'];
}

/** How many results were found wrong, and whether checking keeps up. */
export function Checks({ checks: { findings, unitsEver, audit }, units }: ChecksProps) {
  const today = units.reduce((sum, hour) => sum + hour.units, 0);
  const [all, ever, count] = [findings.all, unitsEver, today].map(whole);
  const { waitingAnswerChunks, waitingBackgroundChunks, probation } = audit;
  const most = whole(probation.mostPerHour);
  const hour = whole(probation.lastHour);
  return (
    <Panel question={<Trans>Are results right?</Trans>} note={<Trans>last 24 hours</Trans>} span={5}>
      <p className="ans">
        {today < LEAST_UNITS ? (
          <Trans>not enough data yet: {count} of 100 units</Trans>
        ) : (
          <>
            <span className="num">{fineShare((100 * findings.day) / today)}</span>
            <Trans>found wrong, of {count} units</Trans>
          </>
        )}
      </p>
      <Figures
        rows={[
          { key: 'day', name: <Trans>Found wrong in 24 hours</Trans>, value: whole(findings.day) },
          {
            key: 'all',
            name: <Trans>Found wrong ever</Trans>,
            value: (
              <Trans>
                {all} of {ever} units
              </Trans>
            ),
          },
          { key: 'busy', name: <Trans>Checking threads busy</Trans>, value: percent(100 * audit.busyShare) },
          { key: 'rate', name: <Trans>Whole units they re-run a second</Trans>, value: tenths(audit.unitsPerSecond) },
          { key: 'answer', name: <Trans>Chunks that an answer waits for</Trans>, value: whole(waitingAnswerChunks) },
          { key: 'later', name: <Trans>Chunks checked later</Trans>, value: whole(waitingBackgroundChunks) },
          {
            key: 'new',
            name: <Trans>Units of new phones, last hour</Trans>,
            value: (
              <Trans>
                {hour} of {most} at most
              </Trans>
            ),
          },
        ]}
      />
    </Panel>
  );
}
