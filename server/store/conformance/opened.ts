import type { Store } from '../../core/ports.ts';

/** What a part of the suite gets: this test's store. */
export interface Opened {
  readonly current: () => Store;
  /** Closes the store and opens it anew. */
  readonly reopen: () => Promise<Store>;
}
