import { unreachable } from '../../shared/assert.ts';
import type { JobId } from '../../shared/ids.ts';
import type { ExchangeRow } from '../../shared/model/device.ts';
import { AuditWork, type AuditParts } from './audit-work.ts';
import type { FactOf } from './facts.ts';
import type { ReplicationRule } from './replication.ts';
import { transition, type Effect } from './transition.ts';

type FollowFact = 'settle_votes' | 'audited' | 'found_wrong' | 'winner_rerun' | 'fail_job';

export interface FollowParts extends Omit<AuditParts, 'add' | 'buildsDisagree'> {
  readonly add: (fact: FactOf<FollowFact>) => Promise<unknown>;
  readonly replication: (copies: number) => ReplicationRule;
  readonly incident: (where: string, error: unknown) => void;
  readonly isStopped: () => boolean;
}

/**
 * Carries out what should follow from what is stored, each thing once at a time: gates, whole re-runs, winners, votes. What
 * fails, or is lost with its executor, is asked for again by the next tick, because what is stored still calls for it.
 */
export class FollowUp {
  readonly #parts: FollowParts;
  readonly #audits: AuditWork;
  readonly #asked = new Set<string>();

  constructor(parts: FollowParts) {
    this.#parts = parts;
    this.#audits = new AuditWork({
      ...parts,
      buildsDisagree: (jobId, what) => {
        parts.incident(`job ${jobId}`, new Error(what));
        return parts.add({ type: 'fail_job', jobId, code: 'kernel_disagrees', asker: undefined, ungated: [] });
      },
    });
  }

  /** Asks for what should follow in a job and has not been asked for. */
  job(jobId: JobId): void {
    const live = this.#parts.live.job(jobId);
    if (!live) return;
    for (const effect of transition(live, this.#asked, this.#parts.replication(live.job.replicas))) {
      void this.#once(effect.key, () => this.#do(effect)).then((isDone) => {
        if (isDone && !this.#parts.isStopped()) this.job(jobId); // one that was overtaken is asked for at once
      });
    }
  }

  /** Asks for the whole re-runs that a row waits for. */
  wholeDue(row: ExchangeRow): void {
    row.taskIndices.forEach((taskIndex, i) => {
      const key = `whole:${row.deviceId}:${row.seq}:${row.blockId}:${taskIndex}`;
      if ((row.wholeDue & ~row.wholeDone & (1 << i)) === 0 || this.#asked.has(key)) return;
      void this.#once(key, () => this.#audits.whole(row, taskIndex));
    });
  }

  async #once<T>(key: string, run: () => Promise<T>): Promise<T | undefined> {
    this.#asked.add(key);
    try {
      return await run();
    } catch (error) {
      this.#parts.incident(key, error);
      return undefined;
    } finally {
      this.#asked.delete(key);
    }
  }

  /** Whether something was decided; nothing was when there is nothing to do any more. */
  async #do(effect: Effect): Promise<boolean> {
    const { live: jobs, add } = this.#parts;
    switch (effect.type) {
      case 'audit':
        return this.#audits.gate(effect);
      case 'rerun_winner':
        return this.#audits.winner(effect.jobId, effect.round);
      case 'settle_votes': {
        if (!jobs.jobOf(effect.blockId)) return false;
        await add({ type: 'settle_votes', slot: effect, votes: [] }); // read when it is decided
        return true;
      }
      default:
        return unreachable(effect);
    }
  }
}
