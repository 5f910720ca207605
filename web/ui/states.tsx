import { Trans, useLingui } from '@lingui/react/macro';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import type { Problem } from '../data/api.ts';
import { when } from './format.ts';
import { loadLaterStrings } from '../i18n/i18n.ts';
import { Icon } from './Icon.tsx';

/** Below this a skeleton would only flash. */
const SKELETON_MS = 300;
/** After this a person wants a way out. */
const WAY_OUT_MS = 8_000;

/** Without it the server's own sentence stands. */
const RefusalText = lazy(async () => {
  try {
    const [part] = await Promise.all([import('./RefusalText.tsx'), loadLaterStrings()]);
    return part;
  } catch {
    return { default: ({ message }: { readonly code: string; readonly message: string }) => <>{message}</> };
  }
});

/** True from `ms` after it was first drawn. */
function useAfter(ms: number): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isOver;
}

/** A sentence first, then the shape of what comes, then a way out. */
export function Loading({ children, onRetry }: { readonly children: ReactNode; readonly onRetry: () => void }) {
  const showShape = useAfter(SKELETON_MS);
  const showWayOut = useAfter(WAY_OUT_MS);
  return (
    <section className="card state" aria-busy="true">
      <p className="meta" role="status">
        {children}
      </p>
      {showShape && (
        <>
          <i className="sk sk--big" />
          <i className="sk" />
          <i className="sk sk--short" />
        </>
      )}
      {showWayOut && (
        <button type="button" className="btn btn--line btn--sm" onClick={onRetry}>
          <Trans>Try again</Trans>
        </button>
      )}
    </section>
  );
}

/** What belongs here and when. No cheering, no picture. */
export function Empty({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="card state">
      <p className="t">{title}</p>
      <p className="meta">{children}</p>
    </section>
  );
}

interface FailureProps {
  readonly problem: Problem;
  /** What failed and what is safe. */
  readonly children: ReactNode;
  readonly onRetry: () => void;
}

/** What failed, what is safe, one next step. */
export function Failure({ problem, children, onRetry }: FailureProps) {
  return (
    <section className="card state" role="alert">
      <p className="t">
        <Icon name="octagon-x" />
        <ProblemTitle problem={problem} />
      </p>
      <p className="meta">{children}</p>
      <IncidentLine problem={problem} />
      <button type="button" className="btn btn--line btn--sm" onClick={onRetry}>
        <Trans>Try again</Trans>
      </button>
    </section>
  );
}

/** What failed, in one line. */
export function ProblemTitle({ problem }: { readonly problem: Problem }) {
  switch (problem.kind) {
    case 'unreached':
      return <Trans>No answer from us</Trans>;
    case 'broken':
      return <Trans>Something is broken on our side</Trans>;
    case 'refused':
      return (
        <Suspense fallback={problem.message}>
          <RefusalText code={problem.code} message={problem.message} />
        </Suspense>
      );
  }
}

function IncidentLine({ problem }: { readonly problem: Problem }) {
  if (problem.kind !== 'broken' || problem.incident === undefined) return undefined;
  const { incident } = problem;
  return (
    <p className="meta">
      <Trans>
        Incident <span className="mono">{incident}</span>
      </Trans>
    </p>
  );
}

/** Above old numbers: when they were true, and when they will be again. */
export function StaleLine({ at, isOnline }: { readonly at: number; readonly isOnline: boolean }) {
  const { t } = useLingui();
  const time = when(at);
  return (
    <p className="h2 stale">
      <Icon name="clock" size="s" />
      <Trans>From {time}</Trans>
      <span className="r">{isOnline ? t`not up to date` : t`offline`}</span>
    </p>
  );
}
