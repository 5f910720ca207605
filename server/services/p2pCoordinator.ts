import { createHash } from 'node:crypto';
import { must } from '../../shared/assert.ts';
import type { AccountId, JobId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import type { Placement } from '../../shared/model/job.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { DAY, dayOf, HOUR } from '../../shared/time.ts';
import type {
  Health,
  JobView,
  LedgerAccountView,
  LedgerCheck,
  LedgerEntries,
  QueueView,
} from '../../shared/protocol/rest.ts';
import type { AnyKind } from '../../wasm/registry.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Store } from '../core/ports.ts';
import { admit, type JobRefusal } from '../core/submit-job.ts';
import { findAccount } from './find-account.ts';
import type { JobChanges } from './job-changes.ts';
import { viewOfJob } from './job-view.ts';
import { mayRead, readLedgerAccount, type NamedLedgerAccount } from './ledger-access.ts';

export interface P2pParts {
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly changes: JobChanges;
  readonly kindNamed: (name: string) => AnyKind | undefined;
  /** SHA-256 of a kind's kernel. */
  readonly kernelHash: (kind: string) => Uint8Array;
  readonly clock: () => number;
  readonly policy: Pick<Policy, 'limits' | 'effort'>;
  /** Open device links. */
  readonly links: () => number;
}

/** Fewer say nothing typical; of more than these the newest are enough. */
const LEAST_WAITS = 3;
const WAITS_LOOKED_AT = 100;

const medianOf = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

export interface Ask {
  readonly kind: string;
  readonly placement: Placement;
  readonly request: unknown;
  readonly idempotencyKey: string;
}

export type Submitted =
  | { readonly placement: 'phone' }
  | { readonly placement: 'pool'; readonly jobId: JobId; readonly units: number };

/** With a sentence of its own where the kind has one. */
export interface AskRefusal {
  readonly code: string;
  readonly message?: string;
}

/**
 * The front door to shared computing: what people and their clients may ask of the coordinator and read of the store, each
 * only what is theirs. It decides nothing that the core decides.
 */
export class P2pCoordinator {
  readonly #parts: P2pParts;
  readonly #startedAt: number;

  constructor(parts: P2pParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock();
  }

  /** Task distribution: reads a request with its kind, and files it unless the asking phone computes it. */
  async submit(asker: AccountId, ask: Ask): Promise<Result<Submitted, AskRefusal>> {
    const kind = this.#parts.kindNamed(ask.kind);
    if (!kind) return refuse({ code: 'unknown_kind', message: `There is no kind “${ask.kind.slice(0, 40)}”.` });
    const read = kind.read(ask.request);
    if (!read.ok) return read;
    const spec = read.value;
    if (ask.placement !== 'pool' && kind.fitsPhone(spec)) return ok({ placement: 'phone' });
    if (ask.placement === 'phone') return refuse({ code: 'too_large_for_phone' });
    const filed: Result<
      { readonly id: JobId; readonly units: number },
      JobRefusal | 'idempotency_key_reused' | 'unauthorised'
    > = await this.#parts.coordinator.submitJob({
      accountId: asker,
      kind,
      kernelHash: this.#parts.kernelHash(kind.name),
      spec,
      idempotencyKey: ask.idempotencyKey,
      // Over the request as understood: the same stops as CSV and as JSON are one request.
      requestDigest: createHash('sha256').update(`${kind.name}\n`).update(kind.spec.encode(spec)).digest(),
    });
    if (!filed.ok) return refuse({ code: filed.error });
    return ok({ placement: 'pool', jobId: filed.value.id, units: filed.value.units });
  }

  /**
   * A job of the asker's own; for an admin any whose asker is still there, how it stands and never what came out: that is its asker's alone
   * (`shared/privacy`). Absent and not yours are the same.
   */
  async job(asker: Account, jobId: JobId): Promise<JobView | undefined> {
    const found = await this.#parts.store.job(jobId);
    if (!found || !(await this.#mayRead(asker, found.job.accountId))) return undefined;
    const { coordinator, store, kindNamed, clock } = this.#parts;
    const kind = must(kindNamed(found.job.kind), `kind ${found.job.kind} of a stored job`);
    const executors = await store.contributions(jobId);
    const view = viewOfJob({ ...found, kind, executors, progress: coordinator.progressOf(jobId), now: clock() });
    if (found.job.accountId === asker.id) return view;
    const { answer: _, ...outside } = view;
    return outside;
  }

  /** Calls a job of the asker's own off; absent and not yours are the same. Twice is as good as once. */
  async cancel(asker: Account, jobId: JobId): Promise<Result<JobView, AskRefusal>> {
    const cancelled = await this.#parts.coordinator.cancelJob(asker.id, jobId);
    if (!cancelled.ok) return refuse({ code: cancelled.error === 'job_over' ? 'job_over' : 'not_found' });
    return ok(must(await this.job(asker, jobId), 'the job just cancelled'));
  }

  /** The asker's own jobs, newest first. */
  async jobs(asker: Account, limit: number): Promise<readonly JobView[]> {
    const jobs = await this.#parts.store.jobsOf(asker.id, limit);
    const views = await Promise.all(jobs.map(({ id }) => this.job(asker, id)));
    return views.filter((view) => view !== undefined);
  }

  /** What somebody who asks now stands before. */
  async queue(asker: Account): Promise<QueueView> {
    const { coordinator, store, links, policy, clock } = this.#parts;
    const now = clock();
    const [usage, waits] = await Promise.all([
      store.usage(asker.id, dayOf(now) * DAY),
      store.recentWaits(now - HOUR, WAITS_LOOKED_AT),
    ]);
    const { driverUnitsPerDay, adminUnitsPerDay } = policy.limits;
    const daily = asker.role === 'admin' ? adminUnitsPerDay : driverUnitsPerDay;
    const admitted = admit(asker, usage, { units: this.#leastUnits(), rounds: 1 }, policy);
    return {
      waitingUnits: Math.max(0, coordinator.waitingUnits()),
      phones: links(),
      typicalWaitMs: waits.length < LEAST_WAITS ? null : medianOf(waits),
      unitsLeft: Math.max(0, daily - usage.units),
      closed: admitted.ok ? null : admitted.error,
      dayEndsAt: (dayOf(now) + 1) * DAY,
    };
  }

  /** What the smallest request that a driver can make takes. */
  #leastUnits(): number {
    return Math.min(...(this.#parts.policy.effort['route-plan'] ?? []).map(({ units }) => units));
  }

  /** Calls back after every change of a job; returns what ends it. */
  watchJob(jobId: JobId, onChange: () => void): () => void {
    return this.#parts.changes.watch(jobId, onChange);
  }

  async ledgerAccount(asker: Account, id: string): Promise<LedgerAccountView | undefined> {
    const named = await this.#readable(asker, id);
    return named && { id, micros: (await this.#parts.store.balance(named.account)) ?? 0 };
  }

  /** Entries of one ledger account below `before`, newest first. */
  async ledgerEntries(asker: Account, id: string, before: number, limit: number): Promise<LedgerEntries | undefined> {
    const named = await this.#readable(asker, id);
    if (!named) return undefined;
    const entries = await this.#parts.store.entries(named.account, before, limit);
    return { entries, before: entries.length === limit ? entries.at(-1)?.id : undefined };
  }

  /** Adds up the whole book; for admins. */
  async verifyLedger(asker: Account): Promise<LedgerCheck | undefined> {
    return asker.role === 'admin' ? this.#parts.store.verifyLedger() : undefined;
  }

  /** Device and queue health, without secrets: anybody may ask. */
  async health(): Promise<Health> {
    const { coordinator, store, clock } = this.#parts;
    const database = await store.balance('budget').then(
      () => 'ok' as const,
      () => 'failing' as const,
    );
    return {
      status: database,
      database,
      uptimeMs: clock() - this.#startedAt,
      links: this.#parts.links(),
      queue: { waitingUnits: coordinator.waitingUnits(), runningJobs: coordinator.runningJobs() },
    };
  }

  /** Nobody reads a request of an erased account, not even while it drains. */
  async #mayRead(asker: Account, owner: AccountId): Promise<boolean> {
    if (owner === asker.id) return true;
    return asker.role === 'admin' && (await findAccount(this.#parts.store, owner)) !== undefined;
  }

  /** The ledger account an id names, if it exists and the asker may read it. */
  async #readable(asker: Account, id: string): Promise<NamedLedgerAccount | undefined> {
    const named = readLedgerAccount(id);
    if (!named || !mayRead(asker, named)) return undefined;
    const { owner } = named;
    if (owner === undefined || owner === asker.id) return named;
    return (await findAccount(this.#parts.store, owner)) && named;
  }
}
