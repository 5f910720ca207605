import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { JobView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { valueOf } from '../../data/resource.ts';
import { withJob } from '../../data/services.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { readRouteAnswer } from '../../kinds/route-plan/asked-route.ts';
import { when } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { useAskAgain } from '../../hooks/useAskAgain.ts';
import { AnswerAge } from './AnswerAge.tsx';
import { Cancelled } from './Cancelled.tsx';
import { PoolReceipt } from './PoolReceipt.tsx';
import { Progress } from './Progress.tsx';
import { RouteDock, RouteResult } from './RouteResult.tsx';
import './ask.css';

/** A request in the pool, from its first part to its answer. */
export default function PoolAnswer({ id }: { readonly id: number }) {
  const { t } = useLingui();
  const { job, problem, retry } = useJob(id);
  const { asks } = useApp();
  const again = useAskAgain(asks.askedOf(id));
  if (problem) {
    return (
      <Screen title={t`Your route`} back="/ask">
        {problem.kind === 'refused' && problem.code === 'not_found' ? (
          <Empty title={<Trans>There is no such answer</Trans>}>
            <Trans>It may be another account’s.</Trans>
          </Empty>
        ) : (
          <Failure problem={problem} onRetry={retry}>
            <Trans>Your answer did not load. It is kept.</Trans>
          </Failure>
        )}
      </Screen>
    );
  }
  if (!job) {
    return (
      <Screen title={t`Your route`} back="/ask">
        <Loading onRetry={retry}>
          <Trans>Getting your answer</Trans>
        </Loading>
      </Screen>
    );
  }
  const asked = asks.askedOf(job.jobId);
  const answer = readRouteAnswer(job.answer);
  if (job.state === 'running') return <Progress job={job} asked={asked} onOver={retry} />;
  if (job.failure === 'cancelled') {
    return (
      <Screen key="cancelled" title={t`Your route`} back="/ask" dock={<RouteDock asked={asked} />}>
        <Cancelled job={job} />
      </Screen>
    );
  }
  if (job.state === 'failed' || !answer) {
    return (
      <Screen title={t`Your route`} back="/ask" dock={<RouteDock asked={asked} />}>
        <Empty title={<Trans>No answer that we could verify</Trans>}>
          <Trans>So it is not shown, and nothing is charged. Ask again; it is our fault, not your stops’.</Trans>
        </Empty>
        <PoolReceipt job={job} />
      </Screen>
    );
  }
  const count = answer.tour.length;
  return (
    <Screen
      key="answer"
      title={t`Your route, ${count} stops`}
      back="/ask"
      layout="two"
      dock={<RouteDock asked={asked} answer={answer} />}
    >
      <div className="result">
        <AnswerAge kind={job.kind} at={job.correctedAt ?? job.createdAt + job.waitMs} onAgain={again} />
        {job.correctedAt !== null && <AnswerUpdated at={job.correctedAt} />}
        <RouteResult asked={asked} answer={answer} />
      </div>
      <PoolReceipt job={job} />
    </Screen>
  );
}

/** It was the best of what we had; a part of that was wrong, and was done again. */
function AnswerUpdated({ at }: { readonly at: number }) {
  const time = when(at);
  return (
    <section className="card state" role="status">
      <p className="t">
        <Icon name="rotate-cw" />
        <Trans>Answer updated</Trans>
      </p>
      <p className="meta">
        <Trans>
          {time}: a phone that had computed a part of it turned out to be wrong. We had that part done again, and the
          answer below is the better one. The first was a whole route, too, only not as short.
        </Trans>
      </p>
    </section>
  );
}

/** The job as the list and the stream have it; asked for by itself where they do not. */
function useJob(id: number): {
  readonly job: JobView | undefined;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
} {
  const { api, jobs } = useApp();
  const job = valueOf(useObservable(jobs))?.find(({ jobId }) => jobId === id);
  const [problem, setProblem] = useState<Problem>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isOver = false;
    async function load(): Promise<void> {
      const reply = await api.get<JobView>(`/api/jobs/${id}`);
      if (isOver) return;
      if (reply.ok) jobs.put(withJob(valueOf(jobs.read()) ?? [], reply.value.body));
      else setProblem(reply.error);
    }
    void load();
    return () => {
      isOver = true;
    };
  }, [api, jobs, id, tries]);
  const retry = (): void => {
    setProblem(undefined);
    setTries((count) => count + 1);
  };
  // What is known stays on the screen, whatever a later look said.
  return { job, problem: job ? undefined : problem, retry };
}
