import { Plural, Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import type { LocalAnswer } from '../../data/asks.ts';
import { readRouteAnswer } from '../../kinds/route-plan/asked-route.ts';
import { type Length, lengthOf, when, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Ago } from './Ago.tsx';

/** One earlier request in a list: its kind and size, when, where, and how it stands. */
export interface Entry {
  readonly at: number;
  readonly row: ReactNode;
}

/** Those of this phone, while the page is open, and those of the pool; newest first. */
export const entriesOf = (local: readonly LocalAnswer[], jobs: readonly JobView[]): readonly Entry[] =>
  [
    ...local.map((answer) => ({ at: answer.at, row: <LocalRow key={`here-${answer.id}`} answer={answer} /> })),
    ...jobs.map((job) => ({ at: job.createdAt, row: <PoolRow key={job.jobId} job={job} /> })),
  ].toSorted((a, b) => b.at - a.at);

function LocalRow({ answer: { id, asked, answer, at } }: { readonly answer: LocalAnswer }) {
  const { value, unit } = lengthOf(answer.length, asked.isMetres);
  const time = when(at);
  return (
    <Row href={`/ask/here/${id}`} stops={asked.spec.stops.length} detail={<Trans>{time}, on this phone</Trans>} at={at}>
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
    <Row
      href={`/ask/${job.jobId}`}
      stops={stops}
      detail={<Asked time={time} correctedAt={job.correctedAt} />}
      at={job.createdAt}
    >
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
  if (job.failure === 'cancelled') return <Trans>cancelled</Trans>;
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
  readonly at: number;
  readonly children: ReactNode;
}

function Row({ href, stops, detail, at, children }: RowProps) {
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
          <small>
            {detail}, <Ago at={at} />
          </small>
        </span>
        <span className="a">{children}</span>
        <Icon name="chevron-right" size="s" />
      </Link>
    </li>
  );
}
