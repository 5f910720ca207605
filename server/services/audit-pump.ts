import type { Store } from '../core/ports.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';

export interface PumpParts {
  readonly log: AuditLog;
  readonly store: Pick<Store, 'waitingAuditEvents'>;
  readonly coordinator: () => Pick<Coordinator, 'auditLogged'>;
  readonly report: (where: string, error: unknown) => void;
}

const AT_ONCE = 200;

/**
 * Carries events into the audit log from the database, where each was committed with what it tells of. One hand at a time.
 * What fails stays where it is for the next wake; a crash between log and database tells an event twice, and the log knows it
 * by its number.
 */
export class AuditPump {
  readonly #parts: PumpParts;
  #isAwake = false;
  #carrying: Promise<void> | undefined;

  constructor(parts: PumpParts) {
    this.#parts = parts;
  }

  /** Something may wait. */
  wake(): void {
    this.#isAwake = true;
    this.#carrying ??= this.#carry();
  }

  /** Everything that waits now is in the log, or could not be. */
  async settled(): Promise<void> {
    this.wake();
    while (this.#carrying) await this.#carrying;
  }

  async #carry(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.#isAwake) {
        this.#isAwake = false;
        await this.#carryOnce();
      }
    } catch (error) {
      this.#parts.report('audit log', error);
    }
    this.#carrying = undefined;
  }

  async #carryOnce(): Promise<void> {
    const { log, store, coordinator } = this.#parts;
    const waiting = await store.waitingAuditEvents(AT_ONCE);
    const last = waiting.at(-1);
    if (!last) return;
    await log.append(waiting.map(({ id, ...event }) => ({ event, eventId: id })));
    await coordinator().auditLogged(last.id);
    if (waiting.length === AT_ONCE) this.#isAwake = true;
  }
}
