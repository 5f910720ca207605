import type { ReactNode } from 'react';
import { useApp } from '../app-context.ts';
import type { Loaded } from '../data/resource.ts';
import { useObservable } from '../hooks/useObservable.ts';
import { Failure, Loading, StaleLine } from '../ui/states.tsx';

interface PanelProps {
  /** A panel is a question, and what stands in it the answer. */
  readonly question: ReactNode;
  readonly note?: ReactNode;
  /** Twelfths of the desk's width. */
  readonly span?: 4 | 5 | 7 | 8 | 12;
  readonly children: ReactNode;
}

export function Panel({ question, note, span = 12, children }: PanelProps) {
  return (
    <section className={`panel panel--${span}`}>
      <h2>
        {question}
        {note !== undefined && <span className="r">{note}</span>}
      </h2>
      {children}
    </section>
  );
}

interface AnswerProps<T> {
  readonly loaded: Loaded<T>;
  readonly refresh: () => Promise<void>;
  readonly loading: ReactNode;
  /** What failed, and what is safe. */
  readonly failed: ReactNode;
  readonly children: (value: T) => ReactNode;
}

/** What the server said, in each of its states. */
export function Answer<T>({ loaded, refresh, loading, failed, children }: AnswerProps<T>) {
  const { connection } = useApp();
  const { isOnline } = useObservable(connection);
  const retry = (): void => void refresh();
  switch (loaded.state) {
    case 'loading':
      return <Loading onRetry={retry}>{loading}</Loading>;
    case 'failed':
      return (
        <Failure problem={loaded.problem} onRetry={retry}>
          {failed}
        </Failure>
      );
    case 'ready':
      return (
        <>
          {(loaded.problem !== undefined || !isOnline) && <StaleLine at={loaded.at} isOnline={isOnline} />}
          {children(loaded.value)}
        </>
      );
  }
}
