import { Plural, Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { seconds } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';

/** Who computed it, who checked it, what it took. */
export function PoolReceipt({ job }: { readonly job: JobView }) {
  const { mainframe, devices, peers } = job.executors;
  const waited = seconds(job.waitMs);
  return (
    <section className="card rc">
      <h2>
        <Icon name="receipt-text" size="s" />
        <Trans>Receipt</Trans>
        <span className="r">
          <Trans>{waited} from asking</Trans>
        </span>
      </h2>
      <ul className="rows">
        <li>
          <Icon name="smartphone" />
          <span className="m">
            <Who devices={devices} mainframe={mainframe} />
            <small>
              <Plural value={peers} one="# part on phones" other="# parts on phones" />,{' '}
              <Plural value={mainframe} one="# on the mainframe" other="# on the mainframe" />
            </small>
          </span>
        </li>
        {job.state === 'answered' && (
          <li>
            <Icon name="circle-check" />
            <span className="m">
              <Trans>Checked by us, not by them</Trans>
              <small>
                <Trans>Every stop once, length added up again</Trans>
              </small>
            </span>
          </li>
        )}
        <li>
          <Icon name="wallet" />
          <span className="m">
            <Plural value={job.units} one="# unit of your day’s allowance" other="# units of your day’s allowance" />
            <small>
              <Plural value={job.rounds} one="In # round" other="In # rounds" />
            </small>
          </span>
        </li>
      </ul>
    </section>
  );
}

function Who({ devices, mainframe }: { readonly devices: number; readonly mainframe: number }): ReactNode {
  if (devices === 0) return <Trans>The mainframe alone</Trans>;
  if (mainframe === 0) return <Plural value={devices} one="# phone" other="# phones" />;
  return <Plural value={devices} one="# phone and the mainframe" other="# phones and the mainframe" />;
}
