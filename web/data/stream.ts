import type { Credits, Me, StreamEvent } from '../../shared/protocol/app.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import type { Connection } from './connection.ts';

/** What the stream brings. Credits come without their rows. */
export interface StreamListener {
  /** Open, again or for the first time: what happened before it is asked for. */
  readonly opened: () => void;
  readonly job: (job: JobView) => void;
  readonly credits: (credits: Omit<Credits, 'rows' | 'nextBefore'>) => void;
  readonly me: (me: Me) => void;
  /** An open stream ended, or the server gives none: this page may be signed out. */
  readonly ended: () => void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/**
 * One event stream for the whole page, open only while somebody looks at it: closed when hidden, so that a phone in a
 * pocket costs no byte. A browser gives up on a stream that answers with an error, so reconnecting is ours, with back-off
 * and jitter. Returns how to end it.
 */
export function followStream(
  listener: StreamListener,
  connection: Connection,
  open: (url: string) => EventSource = (url) => new EventSource(url),
): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_RETRY_MS;

  function start(): void {
    if (source || document.hidden) return;
    clearTimeout(retry);
    const opened = open('/api/stream');
    source = opened;
    let wasOpen = false;
    opened.addEventListener('open', () => {
      wasOpen = true;
      waitMs = FIRST_RETRY_MS;
      connection.reached();
      listener.opened();
    });
    const on = <Data>(name: StreamEvent, take: (data: Data) => void): void =>
      opened.addEventListener(name, (event: MessageEvent<string>) => take(JSON.parse(event.data) as Data));
    on('job', listener.job);
    on('credits', listener.credits);
    on('me', listener.me);
    opened.addEventListener('error', () => {
      // A lost network is tried again by the browser; a reply that is no stream is not.
      const isRefused = opened.readyState === EventSource.CLOSED;
      end();
      // Whether we can be reached shows then, too.
      if (isRefused || wasOpen) listener.ended();
      else connection.missed();
      retry = setTimeout(start, waitMs * (0.5 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
    });
  }

  function end(): void {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  }

  const onVisibility = (): void => (document.hidden ? end() : start());
  const onOnline = (): void => {
    waitMs = FIRST_RETRY_MS;
    start();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('online', onOnline);
  addEventListener('offline', end);
  start();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('online', onOnline);
    removeEventListener('offline', end);
    end();
  };
}
