import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import type { AskedRoute } from '../../kinds/route-plan/asked-route.ts';
import { lengthOf, seconds, when, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Failure } from '../../ui/states.tsx';
import { CancelButton, useCancelling } from './CancelRequest.tsx';

interface ProgressProps {
  readonly job: JobView;
  readonly asked: AskedRoute | undefined;
  /** It turned out to be over: look at it again. */
  readonly onOver: () => void;
}

/** Parts as cells, executors as lanes. It waits here; nobody has to look. */
export function Progress({ job, asked, onOver }: ProgressProps) {
  const { t } = useLingui();
  const { isBusy, problem, cancel } = useCancelling(job.jobId, onOver);
  const connection = useObservable(useApp().connection);
  const checked = whole(job.unitsChecked);
  const all = whole(job.units);
  const since = when(connection.isOnline ? 0 : connection.since);
  return (
    <Screen
      key="progress"
      title={t`Planning your route`}
      back="/ask"
      layout="two"
      dock={<CancelButton isBusy={isBusy} onCancel={cancel} />}
    >
      <section className="card now">
        <div className="qn">
          <span className="num">{checked}</span>
          <p>
            <Trans>of {all} parts checked</Trans>
            <br />
            <span>
              {asked && (
                <>
                  <Plural value={asked.spec.stops.length} one="# stop" other="# stops" />,{' '}
                </>
              )}
              <Elapsed since={job.createdAt} />
            </span>
          </p>
        </div>
        <Cells job={job} />
        {!connection.isOnline && (
          <p className="meta">
            <Trans>Offline since {since}. Nothing is lost; the work goes on.</Trans>
          </p>
        )}
      </section>
      {problem && (
        <Failure problem={problem} onRetry={cancel}>
          <Trans>It is not cancelled: the work goes on, and its answer comes here.</Trans>
        </Failure>
      )}
      <WhoIsWorking job={job} />
      <BestSoFar job={job} isMetres={asked?.isMetres} />
      <section className="card hid">
        <Icon name="eye-off" />
        <p>
          <b>
            <Trans>Phones never see your stops.</Trans>
          </b>{' '}
          <Trans>They get them moved, turned, mirrored and shuffled.</Trans>
        </p>
      </section>
      <p className="meta pad">
        <Trans>You can leave. The answer waits here.</Trans>
      </p>
    </Screen>
  );
}

/** Steps once a second, and is never read aloud. */
function Elapsed({ since }: { readonly since: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const time = seconds(now - since);
  return <Trans>asked {time} ago</Trans>;
}

function Cells({ job: { units, unitsDone, unitsChecked } }: { readonly job: JobView }) {
  const { t } = useLingui();
  const beingChecked = unitsDone - unitsChecked;
  const waiting = units - unitsDone;
  const cells = Array.from({ length: units }, (_, i) => (i < unitsChecked ? 'v' : i < unitsDone ? 'w' : 'x'));
  const [checked, all] = [whole(unitsChecked), whole(units)];
  return (
    <>
      <div
        className="cells"
        role="progressbar"
        aria-valuenow={unitsChecked}
        aria-valuemin={0}
        aria-valuemax={units}
        aria-label={t`${checked} of ${all} parts checked`}
      >
        {cells.map((state, i) => (
          <i key={i} className={state} />
        ))}
      </div>
      <p className="lg">
        <span>
          <i className="v" />
          <Plural value={unitsChecked} one="# checked" other="# checked" />
        </span>
        <span>
          <i className="w" />
          <Plural value={beingChecked} one="# being checked" other="# being checked" />
        </span>
        <span>
          <i className="x" />
          <Plural value={waiting} one="# to do" other="# to do" />
        </span>
      </p>
    </>
  );
}

function WhoIsWorking({ job: { executors, units } }: { readonly job: JobView }) {
  const { mainframe, peers, devices } = executors;
  return (
    <section className="card">
      <h2>
        <Trans>Who is working</Trans>
      </h2>
      <dl className="lanes">
        <div>
          <dt>
            <Trans>Mainframe</Trans>
          </dt>
          <dd>
            <Lane parts={mainframe} of={units} />
          </dd>
        </div>
        <div>
          <dt>{devices === 0 ? <Trans>Phones</Trans> : <Plural value={devices} one="# phone" other="# phones" />}</dt>
          <dd>
            <Lane parts={peers} of={units} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Lane({ parts, of }: { readonly parts: number; readonly of: number }) {
  return (
    <>
      <i className="lane" aria-hidden="true">
        <i style={{ width: `${Math.min(100, (100 * parts) / of)}%` }} />
      </i>
      <Plural value={parts} one="# part" other="# parts" />
    </>
  );
}

/** Every round starts from the best so far, so this only falls. */
function BestSoFar({
  job: { round, rounds, roundLengths },
  isMetres,
}: {
  readonly job: JobView;
  readonly isMetres: boolean | undefined;
}) {
  if (rounds < 2) return undefined;
  const best = roundLengths.at(-1);
  const { value, unit } = lengthOf(best ?? 0, isMetres ?? false);
  const [now, all] = [whole(round), whole(rounds)];
  return (
    <section className="card">
      <h2>
        <Trans>
          Round {now} of {all}
        </Trans>
        {best !== undefined && isMetres !== undefined && (
          <span className="r">
            <Trans>
              best so far {value} {unit}
            </Trans>
          </span>
        )}
      </h2>
    </section>
  );
}
