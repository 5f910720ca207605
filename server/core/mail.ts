import type { Listener, Store } from './ports.ts';

export interface MailParts {
  readonly store: Store;
  readonly listener: Listener;
  readonly sent: (outboxIds: readonly number[]) => Promise<void>;
  readonly isStopped: () => boolean;
}

/** Hands waiting mail over, then marks it, one hand at a time. Whatever fails here leaves it in the outbox for the next. */
export class Mail {
  readonly #parts: MailParts;
  #isDelivering = false;
  #isWaiting = false;

  constructor(parts: MailParts) {
    this.#parts = parts;
  }

  async deliver(): Promise<void> {
    this.#isWaiting = true;
    if (this.#isDelivering) return;
    const { store, listener, sent, isStopped } = this.#parts;
    this.#isDelivering = true;
    try {
      while (this.#isWaiting && !isStopped()) {
        this.#isWaiting = false;
        const rows = await store.unsentOutbox(AT_ONCE);
        if (rows.length === 0 || isStopped()) return;
        for (const row of rows) listener.deliver(row);
        await sent(rows.map(({ id }) => id));
      }
    } catch (error) {
      if (!isStopped()) listener.incident('deliver', error);
    } finally {
      this.#isDelivering = false;
    }
  }
}

const AT_ONCE = 100;
