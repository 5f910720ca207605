/** What a page notes of itself from its first moment. Times are the page's own, in ms since its navigation began. */
export interface PageNotes {
  readonly longTasks: readonly LongTask[];
  readonly workers: readonly WorkerNote[];
  /** Duration of each interaction, its longest event, touch to next frame (Event Timing, steps of 8 ms). */
  readonly interactions: readonly number[];
  readonly firstPaintMs: number | undefined;
}

export interface LongTask {
  readonly at: number;
  readonly ms: number;
  /** Scripts of the same stretch, as the browser attributes them (long animation frames). */
  readonly scripts: readonly string[];
}

export interface WorkerNote {
  readonly url: string;
  readonly startedAt: number;
  /** When its first message came: it runs. */
  readonly spokeAt: number | undefined;
}

declare global {
  interface Window {
    readonly probe: { readonly notes: () => PageNotes };
  }
}

/** Sent into a page before anything else of it runs; refers to nothing outside itself. */
export function installProbe(): void {
  const tasks: { readonly at: number; readonly ms: number }[] = [];
  const frames: { readonly at: number; readonly until: number; readonly scripts: readonly string[] }[] = [];
  const workers: { url: string; startedAt: number; spokeAt: number | undefined }[] = [];
  const interactions = new Map<number, number>();
  const observe = (type: string, note: (entry: PerformanceEntry) => void, more: object = {}): void =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });

  observe('longtask', ({ startTime, duration }) => void tasks.push({ at: startTime, ms: duration }));
  observe('long-animation-frame', (entry) => {
    interface Script {
      readonly invoker: string;
      readonly sourceURL: string;
      readonly sourceFunctionName: string;
      readonly duration: number;
    }
    const { startTime, duration } = entry;
    const scripts = (entry as unknown as { readonly scripts: readonly Script[] }).scripts.map(
      ({ invoker, sourceURL, sourceFunctionName, duration: ms }) =>
        `${Math.round(ms)} ms ${invoker} ${sourceURL.split('/').at(-1)} ${sourceFunctionName}`,
    );
    frames.push({ at: startTime, until: startTime + duration, scripts });
  });
  observe(
    'event',
    (entry) => {
      const { interactionId, duration } = entry as PerformanceEventTiming;
      if (interactionId > 0) interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) ?? 0));
    },
    { durationThreshold: 16 },
  );

  const Own = Worker;
  class NotedWorker extends Own {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      const note = { url: String(url), startedAt: performance.now(), spokeAt: undefined as number | undefined };
      workers.push(note);
      this.addEventListener('message', () => (note.spokeAt ??= performance.now()));
    }
  }
  Object.assign(window, {
    Worker: NotedWorker,
    probe: {
      notes: (): PageNotes => ({
        longTasks: tasks.map(({ at, ms }) => ({
          at,
          ms,
          scripts: frames.filter((frame) => frame.at <= at + ms && frame.until >= at).flatMap(({ scripts }) => scripts),
        })),
        workers,
        interactions: [...interactions.values()],
        firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      }),
    },
  });
}
