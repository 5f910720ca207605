import type { AccountId } from '../../shared/ids.ts';
import { ok, type Result } from '../../shared/result.ts';
import type {
  AccountLink,
  AuditView,
  FleetView,
  Flags,
  ProgrammeBody,
  ProgrammeView,
} from '../../shared/protocol/rest.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Feeding, Store } from '../core/ports.ts';
import type { AuditThreads } from '../executors/audit/audit-threads.ts';
import type { DeskFigures } from '../store/sqlite/desk-figures.ts';
import { findAccount } from './find-account.ts';

export interface OversightParts {
  readonly store: Pick<Store, 'feeding' | 'load'>;
  readonly coordinator: Pick<Coordinator, 'probation' | 'programme' | 'setProgramme'>;
  readonly figures: Pick<DeskFigures, 'programmeChanges'>;
  readonly audit: Pick<AuditThreads, 'figures' | 'unitsPerSecond'>;
  /** Open links, and how many of their phones rest, by code. */
  readonly fleet: () => FleetView;
}

/** Fewer units than these say nothing of anybody. */
const LEAST_UNITS = 20;
const CHANGES_SHOWN = 20;
/** Two who do half of each other's work are shown; one who does nearly all of another's, too. */
const MUTUAL_SHARE = 0.5;
const ONE_WAY_SHARE = 0.9;

/** What operators look at, without anything following from it by itself. */
export class Oversight {
  readonly #parts: OversightParts;

  constructor(parts: OversightParts) {
    this.#parts = parts;
  }

  audit(): AuditView {
    const { audit, coordinator } = this.#parts;
    const { threads, busyShare, waitingAnswerChunks, waitingBackgroundChunks } = audit.figures();
    const unitsPerSecond = audit.unitsPerSecond();
    const waiting = { waitingAnswerChunks, waitingBackgroundChunks };
    return { unitsPerSecond, threads, busyShare, ...waiting, probation: coordinator.probation() };
  }

  fleet(): FleetView {
    return this.#parts.fleet();
  }

  /** What holds, and the newest changes. */
  programme(): ProgrammeView {
    const changes = this.#parts.figures.programmeChanges(CHANGES_SHOWN);
    return {
      ...this.#parts.coordinator.programme,
      changes: changes.map(({ authorId, ...change }) => ({ ...change, authorId: authorId ?? null })),
    };
  }

  /** The levers. Refused for a share above the policy's. */
  async setProgramme(lever: ProgrammeBody, by: AccountId): Promise<Result<ProgrammeView, 'bad_share'>> {
    const set = await this.#parts.coordinator.setProgramme(lever, by);
    return set.ok ? ok(this.programme()) : set;
  }

  /** Accounts whose phones do much of another account's jobs: both ways, or nearly all of them one way. */
  async flags(): Promise<Flags> {
    const feeding = await this.#parts.store.feeding(LEAST_UNITS, MUTUAL_SHARE);
    const isMutual = ({ asker, worker }: Feeding): boolean =>
      feeding.some((other) => other.asker === worker && other.worker === asker);
    const shown = feeding
      .filter((one) => isMutual(one) || one.share >= ONE_WAY_SHARE)
      .toSorted((a, b) => b.share - a.share || b.units - a.units);
    return { links: await Promise.all(shown.map((one) => this.#linkOf(one, isMutual(one)))) };
  }

  async #linkOf({ asker, worker, units, share }: Feeding, isMutual: boolean): Promise<AccountLink> {
    return { asker: await this.#named(asker), worker: await this.#named(worker), units, share, isMutual };
  }

  async #named(id: AccountId): Promise<AccountLink['asker']> {
    return { accountId: id, name: (await findAccount(this.#parts.store, id))?.name ?? '' };
  }
}
