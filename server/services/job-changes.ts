import type { JobId } from '../../shared/ids.ts';

/** Who watches which job. The coordinator says that something changed, never what: a watcher reads for itself. */
export class JobChanges {
  readonly #watchers = new Map<JobId, Set<() => void>>();

  announce(jobId: JobId): void {
    for (const onChange of this.#watchers.get(jobId) ?? []) onChange();
  }

  /** Returns what ends the watch. */
  watch(jobId: JobId, onChange: () => void): () => void {
    const watchers = this.#watchers.get(jobId) ?? new Set();
    this.#watchers.set(jobId, watchers.add(onChange));
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0 && this.#watchers.get(jobId) === watchers) this.#watchers.delete(jobId);
    };
  }
}
