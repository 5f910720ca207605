import { Plural, Trans } from '@lingui/react/macro';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import type { LocalAnswer } from '../../data/asks.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { readRouteAnswer } from '../../kinds/route-plan/asked-route.ts';
import { type Length, lengthOf, when, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Failure, Loading, StaleLine } from '../../ui/states.tsx';

/** What was asked before: in the pool, as the server keeps it; on this phone, while this page is open. */
export function EarlierAnswers() {
  const { asks, jobs: resource, connection: connectionState } = useApp();
  const local = useObservable(asks);
  const loaded = useObservable(resource);
  const connection = useObservable(connectionState);
  const retry = (): void => void resource.refresh();
  useEffect(() => void resource.refresh(), [resource]);

  const jobs = loaded.state === 'ready' ? loaded.value : [];
  const entries = [
    ...local.map((answer) => ({ at: answer.at, row: <LocalRow key={`here-${answer.id}`} answer={answer} /> })),
    ...jobs.map((job) => ({ at: job.createdAt, row: <PoolRow key={job.jobId} job={job} /> })),
  ].toSorted((a, b) => b.at - a.at);
  const isStale = loaded.state === 'ready' && (loaded.problem !== undefined || !connection.isOnline);
  return (
    <>
      <h2 className="h2 sec">
        <Trans>Earlier answers</Trans>
      </h2>
      {loaded.state === 'ready' && isStale && <StaleLine at={loaded.at} isOnline={connection.isOnline} />}
      {loaded.state === 'loading' && (
        <Loading onRetry={retry}>
          <Trans>Getting your earlier answers</Trans>
        </Loading>
      )}
      {loaded.state === 'failed' && (
        <Failure problem={loaded.problem} onRetry={retry}>
          <Trans>Your earlier answers did not load. They are kept.</Trans>
        </Failure>
      )}
      {entries.length > 0 && (
        <section className="card list">
          <ul className="rows">{entries.map(({ row }) => row)}</ul>
        </section>
      )}
      {loaded.state === 'ready' && entries.length === 0 && (
        <Empty title={<Trans>No answers yet</Trans>}>
          <Trans>What you ask appears here with its answer.</Trans>
        </Empty>
      )}
    </>
  );
}

function LocalRow({ answer: { id, asked, answer, at } }: { readonly answer: LocalAnswer }) {
  const { value, unit } = lengthOf(answer.length, asked.isMetres);
  const time = when(at);
  return (
    <Row href={`/ask/here/${id}`} stops={asked.spec.stops.length} detail={<Trans>{time}, on this phone</Trans>}>
      {value} {unit}
    </Row>
  );
}

function PoolRow({ job }: { readonly job: JobView }) {
  const { asks } = useApp();
  const answer = readRouteAnswer(job.answer);
  const asked = asks.askedOf(job.jobId);
  const stops = asked?.spec.stops.length ?? answer?.tour.length;
  const time = when(job.createdAt);
  return (
    <Row href={`/ask/${job.jobId}`} stops={stops} detail={<Asked time={time} correctedAt={job.correctedAt} />}>
      <Standing job={job} length={asked && answer && lengthOf(answer.length, asked.isMetres)} />
    </Row>
  );
}

function Asked({ time, correctedAt }: { readonly time: string; readonly correctedAt: number | null }) {
  if (correctedAt === null) return time;
  const updated = when(correctedAt);
  return (
    <Trans>
      {time}, answer updated {updated}
    </Trans>
  );
}

function Standing({ job, length }: { readonly job: JobView; readonly length: Length | undefined }) {
  if (job.state === 'running') {
    const done = whole(job.unitsChecked);
    const all = whole(job.units);
    return (
      <Trans>
        {done} of {all} parts
      </Trans>
    );
  }
  if (job.state === 'failed') return <Trans>no answer</Trans>;
  // Without the stops nobody here knows what the length is measured in.
  return length ? (
    <>
      {length.value} {length.unit}
    </>
  ) : (
    <Trans>answered</Trans>
  );
}

interface RowProps {
  readonly href: string;
  readonly stops: number | undefined;
  readonly detail: ReactNode;
  readonly children: ReactNode;
}

function Row({ href, stops, detail, children }: RowProps) {
  return (
    <li>
      <Link className="row" href={href}>
        <span className="okdot">
          <Icon name="route" />
        </span>
        <span className="m">
          {stops === undefined ? (
            <Trans>Route</Trans>
          ) : (
            <Plural value={stops} one="Route, # stop" other="Route, # stops" />
          )}
          <small>{detail}</small>
        </span>
        <span className="a">{children}</span>
        <Icon name="chevron-right" size="s" />
      </Link>
    </li>
  );
}
